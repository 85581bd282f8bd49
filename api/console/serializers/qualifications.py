"""What a qualification says; the rules of each field stand in the service."""

from rest_framework import serializers

from api.management.serializers.fields import Body, Text
from reviews.models import Evidence, Qualification

from .paging import ConsolePage

PAPERS = {
    "certificate_file_id": Evidence.Kind.CERTIFICATE,
    "id_front_file_id": Evidence.Kind.ID_FRONT,
    "id_back_file_id": Evidence.Kind.ID_BACK,
    "id_in_hand_file_id": Evidence.Kind.ID_IN_HAND,
    "authorization_file_id": Evidence.Kind.AUTHORIZATION,
}
"""Which paper a file stands for; files are uploaded as those of signatures."""


class QualificationBody(Body):
    name = Text(max_length=32)
    purpose = serializers.ChoiceField(Qualification.Purpose.choices)
    enterprise_name = Text(max_length=128)
    enterprise_type = serializers.ChoiceField(Qualification.EnterpriseType.choices)
    certificate_type = serializers.ChoiceField(Qualification.CertificateType.choices)
    credit_code = Text(max_length=32)
    legal_person = Text(max_length=64)
    legal_person_id_type = serializers.ChoiceField(
        Qualification.IdType.choices, default=Qualification.IdType.RESIDENT
    )
    legal_person_id_number = Text(max_length=32)
    administrator_role = serializers.ChoiceField(Qualification.AdministratorRole.choices)
    administrator = Text(max_length=64)
    administrator_id_number = Text(max_length=32)
    administrator_mobile = Text(max_length=20)
    authorization_until = serializers.DateField(required=False, allow_null=True)
    remarks = Text(max_length=500, required=False)
    certificate_file_id = Text(max_length=64, required=False)
    id_front_file_id = Text(max_length=64, required=False)
    id_back_file_id = Text(max_length=64, required=False)
    id_in_hand_file_id = Text(max_length=64, required=False)
    authorization_file_id = Text(max_length=64, required=False)


class QualificationsQuery(ConsolePage):
    name = Text(max_length=32, required=False)
    status = serializers.ChoiceField(Qualification.Status.choices, required=False, allow_blank=True)
