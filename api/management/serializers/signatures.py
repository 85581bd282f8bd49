"""Requests about signatures (spec management-api §3)."""

from rest_framework import serializers

from .fields import Body, Text, YesNo
from .paging import PageSerializer


class SignatureBody(Body):
    app_id = Text(max_length=64)
    signature_name = Text(max_length=32)
    signature_type = Text(max_length=64)
    signature_source = serializers.IntegerField(min_value=0, max_value=5)
    is_involved_third = YesNo()
    apply_desc = Text(required=False)
    file_id = Text(max_length=64, required=False)
    power_attorney_fileid = Text(max_length=128, required=False)
    signature_related_file_id = Text(max_length=64, required=False)
    source_title_content = Text(max_length=512, required=False)
    registration_number = Text(max_length=255, required=False)
    license_number = Text(max_length=255, required=False)
    qualification_id = Text(max_length=64, required=False)


class SignaturesQuery(PageSerializer):
    app_name = Text(max_length=64, required=False)
    signature_id = Text(max_length=64, required=False)
    signature_name = Text(max_length=32, required=False)
    signature_type = Text(max_length=64, required=False)
    site = Text(max_length=16, required=False)
    status = Text(max_length=64, required=False)
