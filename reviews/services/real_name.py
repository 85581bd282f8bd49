"""Enterprise real-name authentication: submitted with the certificate, decided at the desk."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Customer, User
from customers.services.registration import require_registered
from reviews.models import Evidence, Qualification, RealName
from reviews.services import evidence, submissions, workflow
from reviews.services.credit_codes import is_credit_code
from reviews.services.evidence import Upload
from reviews.services.fields import check_storable

_ABROAD = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{3,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the certificate of an enterprise says."""

    certificate_type: str
    credit_code: str
    legal_person: str


@transaction.atomic
def submit(
    *,
    customer: Customer,
    identity: Identity,
    uploads: Sequence[Upload],
    actor: User,
    ip_address: str | None = None,
) -> RealName:
    """Submit the enterprise for authentication; again after a rejection or when it changed.

    The enterprise's name is that of the account information. Refuses before the registration is
    complete, while a review is going on, a certificate number against its rule, a missing name of
    the legal person, and a first submission without the certificate.
    """
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    require_registered(customer)
    code = _checked_code(customer, identity)
    legal_person = _checked_person(identity.legal_person)
    found = RealName.objects.for_customer(customer).first()
    if found and found.is_pending:
        raise Refusal(
            "real_name_pending",
            _("The authentication is under review. Wait for its result before you change it."),
        )
    if not (uploads or (found and found.evidence.exists())):
        raise Refusal(
            "certificate",
            _("Upload the certificate of the enterprise: a picture, at most 2 MB."),
            field=Evidence.Kind.CERTIFICATE.value,
        )
    fields = {
        "enterprise_name": customer.name,
        "certificate_type": identity.certificate_type,
        "credit_code": code,
        "legal_person": legal_person,
    }
    if found is None:
        found = RealName.objects.create(customer=customer, created_by=actor, **fields)
        workflow.enter(found, actor=actor)
    else:
        RealName.objects.filter(pk=found.pk).update(**fields)
        found.refresh_from_db()
        workflow.advance(found, RealName.Status.REVIEWING, actor=actor)
    evidence.attach_all(owner=found, uploads=uploads, actor=actor, ip_address=ip_address)
    case = submissions.open_case(found, actor=actor)
    submissions.record("submit", found, actor=actor, ip_address=ip_address, after={"case": case.pk})
    return found


def _checked_code(customer: Customer, identity: Identity) -> str:
    if identity.certificate_type not in Qualification.CertificateType:
        raise Refusal(
            "certificate_type", _("Choose a type of certificate."), field="certificate_type"
        )
    code = identity.credit_code.strip().upper()
    if customer.country == "CN" and not is_credit_code(code):
        raise Refusal(
            "credit_code",
            _(
                "“%(code)s” is no unified social credit code: 18 characters, of which the last "
                "one checks the others. Copy it from the certificate."
            ),
            field="credit_code",
            params={"code": code},
        )
    if not _ABROAD.fullmatch(code):
        raise Refusal(
            "certificate_number",
            _("Write the certificate's number: 4 to 32 letters, digits and . / -"),
            field="credit_code",
        )
    return code


def _checked_person(name: str) -> str:
    name = " ".join(name.split())
    if not 2 <= len(name) <= 64:
        raise Refusal(
            "legal_person",
            _("Write the legal person's name as on the certificate, 2 to 64 characters."),
            field="legal_person",
        )
    check_storable((name,), field="legal_person")
    return name
