"""The filing ledger: real-name registration of signatures with the carriers (§7.6, ruling 23)."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import local_day, now
from common.errors import Refusal
from customers.models import User
from reviews.models import Filing, Signature
from reviews.roles import DECIDE
from reviews.services import rights, submissions, workflow

Status = Signature.Status

_REGISTERING = frozenset(
    {Status.REAL_NAME_REGISTRATING, Status.REVIEW_PASSED_REAL_NAME_REGISTRATING}
)
_SETTLED = frozenset({Filing.Status.OK, Filing.Status.FAILED})


def status_after_number() -> Signature.Status:
    """Where a signature goes that was given its channel number."""
    if settings.SMS_REQUIRE_FILING:
        return Status.REAL_NAME_REGISTRATING
    return Status.REVIEW_PROCESSING_COMPLETED


def begin(signature: Signature) -> list[Filing]:
    """Make the rows of all four carriers that are missing; return all in the carriers' order."""
    Filing.objects.bulk_create(
        [Filing(signature=signature, carrier=carrier) for carrier in Filing.Carrier.values],
        ignore_conflicts=True,
    )
    return list(signature.filings.order_by("id"))


def start_again(signature: Signature, *, actor: User | None) -> None:
    """Set all filings back to the start: the signature is registered anew."""
    begin(signature)
    signature.filings.update(
        status=Filing.Status.NOT_SUBMITTED,
        reason="",
        submitted_on=None,
        answered_on=None,
        changed_by=actor,
    )
    if not settings.SMS_REQUIRE_FILING:
        workflow.advance(signature, Status.REVIEW_PROCESSING_COMPLETED, actor=actor)


@transaction.atomic
def record(
    *,
    filing: Filing,
    status: str,
    reason: str = "",
    on: date | None = None,
    actor: User,
    ip_address: str | None = None,
) -> Filing:
    """Write down what a carrier was sent or answered; the signature follows where filing counts.

    `on` is the day, today when it is left out. Refuses a failure without a reason, a status that
    does not exist, and an operations manager who may not decide or belongs to the customer.
    """
    signature = (
        Signature.objects.select_for_update(no_key=True, of=("self",))
        .select_related("customer")
        .get(pk=filing.signature_id)
    )
    rights.require(actor, DECIDE, customer=signature.customer)
    filing = Filing.objects.select_for_update().get(pk=filing.pk)
    reason = reason.strip()
    _check(status, reason)
    before = {"carrier": filing.carrier, "status": filing.status, "reason": filing.reason}
    filing.status = status
    filing.reason = reason if status == Filing.Status.FAILED else ""
    filing.changed_by = actor
    _date(filing, on or local_day(now()))
    filing.save()
    _follow(signature, actor, reason)
    submissions.record(
        "file",
        signature,
        actor=actor,
        ip_address=ip_address,
        before=before,
        after={"carrier": filing.carrier, "status": filing.status, "reason": filing.reason},
        reason=reason,
    )
    return filing


def _check(status: str, reason: str) -> None:
    if status not in Filing.Status:
        raise Refusal(
            "filing_status",
            _("“%(status)s” is no status of a filing. Use one of %(statuses)s."),
            field="status",
            params={"status": status, "statuses": ", ".join(Filing.Status.values)},
        )
    if status == Filing.Status.FAILED and not reason:
        raise Refusal(
            "filing_reason",
            _("Write why the carrier refused: whoever files again needs to know."),
            field="reason",
        )


def _date(filing: Filing, day: date) -> None:
    if filing.status == Filing.Status.NOT_SUBMITTED:
        filing.submitted_on = filing.answered_on = None
    elif filing.status == Filing.Status.SUBMITTED:
        filing.submitted_on, filing.answered_on = day, None
    else:
        filing.submitted_on = filing.submitted_on or day
        filing.answered_on = day


def _follow(signature: Signature, actor: User, reason: str) -> None:
    """Move the signature to where its four filings say, if it is one that waits for them."""
    statuses = list(signature.filings.values_list("status", flat=True))
    is_refiled = not _SETTLED.issuperset(statuses)
    if signature.status == Status.REVIEW_PASSED_REAL_NAME_REGISTRATE_FAIL and (
        is_refiled or _are_enough(statuses)
    ):
        workflow.advance(signature, Status.REVIEW_PASSED_REAL_NAME_REGISTRATING, actor=actor)
    if signature.status not in _REGISTERING:
        return
    if _are_enough(statuses):
        workflow.advance(signature, Status.REVIEW_PROCESSING_COMPLETED, actor=actor)
    elif not is_refiled:
        workflow.advance(
            signature,
            Status.REVIEW_PASSED_REAL_NAME_REGISTRATE_FAIL,
            actor=actor,
            reason=reason,
        )


def _are_enough(statuses: list[str]) -> bool:
    ok = [status == Filing.Status.OK for status in statuses]
    return any(ok) if settings.SMS_FILING_ANY_CARRIER else all(ok)
