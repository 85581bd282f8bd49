"""Signatures: applying, applying again after a rejection, and the channel number."""

import re

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Application, User
from customers.services.constraints import refused_by
from customers.services.standing import require_room, require_service
from reviews.models import Signature
from reviews.services import channel_numbers, submissions, workflow
from reviews.services.fields import check_type, checked_description
from reviews.services.rules import refuse_blocking, signature_findings

OFFERED_SOURCES = (
    Signature.Source.ENTERPRISE,
    Signature.Source.APP,
    Signature.Source.TRADEMARK,
)
"""Signature sources a customer may choose (ruling 19); the others are only read."""

_CHANNEL_NUMBER = re.compile(r"[A-Za-z0-9]{1,21}")


@transaction.atomic
def apply(
    *,
    application: Application,
    name: str,
    type: str,
    source: int,
    is_third_party: bool = False,
    description: str = "",
    actor: User | None,
    ip_address: str | None = None,
) -> Signature:
    """Apply for a signature; it waits for review with a due time.

    Refuses a customer who may not add anything, a quota that is used up (ruling 25), a name that
    breaks a rule, and a name that exists with this type in the account (ruling 17).
    """
    application = _locked(application)
    require_service(application.customer)
    require_room(
        code="signature_quota",
        used=application.signatures.count(),
        quota=settings.SMS_SIGNATURE_QUOTA,
        message=_(
            "The signature quota of this application is used up: %(used)s of %(quota)s. "
            "Delete signatures you no longer need, or ask customer service for a higher quota."
        ),
    )
    signature = Signature(application=application, customer=application.customer)
    _fill(signature, name, type, source, is_third_party, description)
    _save(signature)
    workflow.enter(signature, actor=actor)
    submissions.open_case(signature, actor=actor)
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
    is_third_party: bool,
    description: str,
    actor: User | None,
    ip_address: str | None = None,
) -> Signature:
    """Change a rejected signature and submit it again; refuses one in any other status."""
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
    workflow.advance(signature, Signature.Status.PENDING_REVIEW, actor=actor)
    _fill(signature, name, type, source, is_third_party, description)
    _save(signature)
    submissions.open_case(signature, actor=actor)
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
    """Give an approved signature its channel number: it is usable at once (ruling 23).

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
    workflow.advance(signature, Signature.Status.REVIEW_PROCESSING_COMPLETED, actor=actor)
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


def _fill(
    signature: Signature, name: str, type: str, source: int, is_third_party: bool, description: str
) -> None:
    check_type(type)
    if source not in OFFERED_SOURCES:
        raise Refusal(
            "signature_source",
            _("The signature source “%(source)s” is not offered. Use one of %(offered)s."),
            field="source",
            params={
                "source": source,
                "offered": ", ".join(
                    f"{choice.value} ({choice.label})" for choice in OFFERED_SOURCES
                ),
            },
        )
    refuse_blocking(signature_findings(name, type))
    signature.name = name
    signature.type = type
    signature.source = source
    signature.is_third_party = is_third_party
    signature.description = checked_description(description)


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
