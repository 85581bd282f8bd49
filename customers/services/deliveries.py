"""The outbox of the platform's own e-mails and SMS: take what is due, settle what was tried."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.clock import now
from customers.models.notice import Delivery
from customers.services.wording import advice_of, subject_of

log = structlog.get_logger(__name__)

LADDER = (60, 300, 1800, 7200)
"""Seconds between attempts; after the last one a delivery has failed."""

_LEASE = timedelta(minutes=2)
_SLICE = 50


def has_due() -> bool:
    """Whether an e-mail or SMS is due."""
    return _due().exists()


def take_due(medium: Delivery.Medium) -> list[Delivery]:
    """Lease some deliveries of a medium that are due; a worker that dies gives them back."""
    with transaction.atomic():
        due = list(
            _due()
            .filter(medium=medium)
            .select_for_update(skip_locked=True)
            .order_by("next_attempt_at", "id")[:_SLICE]
        )
        pks = [delivery.pk for delivery in due]
        Delivery.objects.filter(pk__in=pks).update(next_attempt_at=now() + _LEASE)
    return list(
        Delivery.objects.filter(pk__in=pks)
        .select_related("notice__customer", "invitation__customer", "invitation__invited_by")
        .order_by("id")
    )


def _due() -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=Delivery.State.WAITING, next_attempt_at__lte=now())


def settle_sent(delivery: Delivery, *, message_id: int | None = None) -> None:
    """A delivery is on its way, an SMS as a message; its code is not needed any more."""
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.SENT,
        sent_at=now(),
        message_id=message_id,
        attempts=delivery.attempts + 1,
        code="",
        error="",
    )


def settle_failed(delivery: Delivery, error: str, *, for_good: bool = False) -> None:
    """An attempt failed: try again on the ladder, or give up at its end or when it is no use."""
    log.warning("notice_not_sent", delivery=delivery.pk, medium=delivery.medium, error=error)
    changes = {"attempts": delivery.attempts + 1, "error": error[:200]}
    if for_good or delivery.attempts >= len(LADDER):
        changes |= {"state": Delivery.State.FAILED, "code": ""}
    else:
        changes |= {"next_attempt_at": now() + timedelta(seconds=LADDER[delivery.attempts])}
    Delivery.objects.filter(pk=delivery.pk).update(**changes)


def send_emails() -> int:
    """Send the e-mails that are due; returns how many were tried."""
    due = take_due(Delivery.Medium.EMAIL)
    for delivery in due:
        with override(delivery.language or settings.LANGUAGE_CODE):
            email = _email(delivery)
        try:
            email.send()
        except OSError as error:  # every error of SMTP and of the network
            settle_failed(delivery, type(error).__name__)
        else:
            settle_sent(delivery)
    return len(due)


def _email(delivery: Delivery) -> EmailMessage:
    notice = delivery.notice
    if delivery.invitation:
        subject = _("You are invited to %(customer)s") % {
            "customer": delivery.invitation.customer.name
        }
        context = {"invitation": delivery.invitation, "base_url": settings.SMS_BASE_URL}
        body = render_to_string("customers/email/invitation.txt", context)
    elif notice is None:
        subject = _("Your security code")
        body = render_to_string("customers/email/code.txt", {"code": delivery.code})
    else:
        subject = subject_of(notice)
        context = {
            "notice": notice,
            "subject": subject,
            "advice": advice_of(notice),
            "base_url": settings.SMS_BASE_URL,
        }
        body = render_to_string("customers/email/notice.txt", context)
    return EmailMessage(subject=subject, body=body, to=[delivery.address])
