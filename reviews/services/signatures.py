"""Signatures: applying, applying again after a rejection, and the channel number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Application, User
from customers.services.constraints import refused_by
from customers.services.quotas import signature_quota
from customers.services.standing import require_room, require_service
from reviews.models import Qualification, Signature
from reviews.services import binding, channel_numbers, evidence, filings, submissions, workflow
from reviews.services.evidence import Upload
from reviews.services.fields import check_type, checked_description
from reviews.services.rules import refuse_blocking, signature_findings
from reviews.services.sources import OFFERED_SOURCES, check_offered, checked_detail

__all__ = ["OFFERED_SOURCES", "apply", "assign_channel_number", "resubmit"]

_CHANNEL_NUMBER = re.compile(r"[A-Za-z0-9]{1,21}")


@dataclass(frozen=True, slots=True)
class _Content:
    """What the customer says about a signature."""

    name: str
    type: str
    source: int
    source_detail: str
    is_third_party: bool
    qualification: Qualification | None
    description: str


@transaction.atomic
def apply(
    *,
    application: Application,
    name: str,
    type: str,
    source: int,
    source_detail: str = "",
    is_third_party: bool = False,
    qualification: Qualification | None = None,
    uploads: Sequence[Upload] = (),
    description: str = "",
    actor: User | None,
    ip_address: str | None = None,
) -> Signature:
    """Apply for a signature; it waits for review with a due time, or for its qualification first.

    Refuses a customer who may not add anything, a quota that is used up (ruling 25), a name that
    breaks a rule, one that exists with this type in the account (ruling 17), a source without the
    detail it needs, a bad paper, and a qualification that does not fit (`binding.check`).
    """
    application = _locked(application)
    require_service(application.customer)
    require_room(
        code="signature_quota",
        used=application.signatures.count(),
        quota=signature_quota(application),
        message=_(
            "The signature quota of this application is used up: %(used)s of %(quota)s. "
            "Delete signatures you no longer need, or ask for a higher quota."
        ),
    )
    signature = Signature(application=application, customer=application.customer)
    content = _Content(
        name, type, source, source_detail, is_third_party, qualification, description
    )
    _fill(signature, content)
    signature.status = _first_stop(signature)
    _save(signature)
    evidence.attach_all(owner=signature, uploads=uploads, actor=actor, ip_address=ip_address)
    workflow.enter(signature, actor=actor)
    _open_case_if_pending(signature, actor)
    submissions.record(
        "submit",
        signature,
        actor=actor,
        ip_address=ip_address,
        after=submissions.snapshot_of(signature),
    )
    return signature


@transaction.atomic
def resubmit(
    *,
    signature: Signature,
    name: str,
    type: str,
    source: int,
    source_detail: str = "",
    is_third_party: bool,
    qualification: Qualification | None = None,
    uploads: Sequence[Upload] = (),
    description: str,
    actor: User | None,
    ip_address: str | None = None,
) -> Signature:
    """Change a rejected signature and submit it again; refuses one in any other status.

    New papers replace those of their kind. Refuses whatever `apply` refuses, quotas apart.
    """
    signature = (
        Signature.objects.select_for_update(no_key=True, of=("self",))
        .select_related("customer", "application")
        .get(pk=signature.pk)
    )
    require_service(signature.customer)
    if not signature.can_modify:
        raise Refusal(
            "signature_not_modifiable",
            _(
                "“%(name)s” is “%(status)s”; only a rejected signature can be changed. "
                "Apply for a new signature instead."
            ),
            params={"name": signature.name, "status": signature.get_status_display()},
        )
    before = submissions.snapshot_of(signature)
    content = _Content(
        name, type, source, source_detail, is_third_party, qualification, description
    )
    _fill(signature, content)
    workflow.advance(signature, _first_stop(signature), actor=actor)
    _save(signature)
    evidence.attach_all(owner=signature, uploads=uploads, actor=actor, ip_address=ip_address)
    _open_case_if_pending(signature, actor)
    submissions.record(
        "resubmit",
        signature,
        actor=actor,
        ip_address=ip_address,
        before=before,
        after=submissions.snapshot_of(signature),
    )
    return signature


@transaction.atomic
def assign_channel_number(
    *,
    signature: Signature,
    channel_number: str,
    actor: User | None,
    ip_address: str | None = None,
) -> Signature:
    """Give an approved signature its channel number (ruling 23).

    It is usable at once, or waits for its registration with the carriers where filing is required.

    Refuses a number that is not 1 to 21 letters and digits, one that is taken, and a signature
    that is not waiting for its number. The customer's signatures of the same name may share a
    number, one of each type: the type of the template says which one sends.
    """
    channel_number = channel_number.strip()
    if not _CHANNEL_NUMBER.fullmatch(channel_number):
        raise Refusal(
            "channel_number_form",
            _("“%(number)s” is no channel number. Use 1 to 21 letters and digits."),
            field="channel_number",
            params={"number": channel_number},
        )
    signature = Signature.objects.select_for_update(no_key=True).get(pk=signature.pk)
    workflow.advance(signature, filings.status_after_number(), actor=actor)
    signature.channel_number = channel_number
    taken = Refusal(
        "channel_number_taken",
        _("The channel number %(number)s belongs to another signature. Choose a free one."),
        field="channel_number",
        params={"number": channel_number},
    )
    if channel_numbers.is_taken(channel_number, by_others_than=signature):
        raise taken
    with refused_by("channel_number_once_per_type", taken):
        signature.save(update_fields=["channel_number"])
    filings.begin(signature)
    submissions.record(
        "assign channel number",
        signature,
        actor=actor,
        ip_address=ip_address,
        before={"channel_number": ""},
        after={"channel_number": channel_number},
    )
    return signature


def _locked(application: Application) -> Application:
    # The lock makes the quota exact when two members submit at once.
    return (
        Application.objects.select_for_update(no_key=True, of=("self",))
        .select_related("customer")
        .get(pk=application.pk)
    )


def _first_stop(signature: Signature) -> Signature.Status:
    """Where a submitted signature waits: for its qualification's approval, or for its own."""
    if signature.qualification is None or signature.qualification.is_approved:
        return Signature.Status.PENDING_REVIEW
    return Signature.Status.PENDING_QUALIFICATION_REVIEW


def _open_case_if_pending(signature: Signature, actor: User | None) -> None:
    if signature.is_pending:
        submissions.open_case(signature, actor=actor)


def _fill(signature: Signature, content: _Content) -> None:
    check_type(content.type)
    check_offered(content.source)
    refuse_blocking(signature_findings(content.name, content.type))
    qualification = binding.locked(content.qualification)
    binding.check(
        qualification,
        customer=signature.customer,
        is_third_party=content.is_third_party,
        is_required=settings.SMS_REQUIRE_QUALIFICATION,
    )
    signature.name = content.name
    signature.type = content.type
    signature.source = content.source
    signature.source_detail = checked_detail(content.source, content.source_detail)
    signature.is_third_party = content.is_third_party
    signature.qualification = qualification
    signature.description = checked_description(content.description)


def _save(signature: Signature) -> None:
    duplicate = Refusal(
        "signature_duplicate",
        _(
            "You have a signature “%(name)s” of the type “%(type)s” already. "
            "Use it, or choose another name."
        ),
        field="name",
        params={"name": signature.name, "type": signature.get_type_display()},
    )
    with refused_by("signature_name_and_type_once", duplicate):
        signature.save()
