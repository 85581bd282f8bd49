"""E-mails to operations about channel alarms: owed with the alarm, sent as often as it takes."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import override

from common.clock import now
from customers.models import User
from customers.services.deliveries import LADDER
from messaging.models import AlarmEmail, ChannelAlarm

from .alarm_words import advice_of, change_of, subject_of

log = structlog.get_logger(__name__)

_LEASE = timedelta(minutes=2)
_SLICE = 50


def owe(alarm: ChannelAlarm, about: AlarmEmail.About) -> None:
    """Write down whom an alarm is to be told to, in the caller's transaction."""
    moment = now()
    AlarmEmail.objects.bulk_create(
        AlarmEmail(
            alarm=alarm, about=about, address=address, language=language, next_attempt_at=moment
        )
        for address, language in _addresses().items()
    )


def has_due() -> bool:
    """Whether an e-mail is to be sent now."""
    return _due().exists()


def send_due() -> int:
    """Send the e-mails that are due, oldest first; returns how many were tried."""
    due = _take_due()
    for email in due:
        with override(email.language or settings.LANGUAGE_CODE):
            message = _message(email)
        email.attempts += 1
        try:
            message.send()
        except OSError as error:  # every error of SMTP and of the network
            _settle_failed(email, type(error).__name__)
        else:
            email.state, email.sent_at, email.error = AlarmEmail.State.SENT, now(), ""
        email.save(update_fields=["state", "attempts", "next_attempt_at", "error", "sent_at"])
    return len(due)


def _addresses() -> dict[str, str]:
    """`SMS_ALARM_ADDRESSES`, or else the staff who may change channels; with their languages."""
    if settings.SMS_ALARM_ADDRESSES:
        return dict.fromkeys(settings.SMS_ALARM_ADDRESSES, "")
    right = Permission.objects.filter(
        content_type__app_label="messaging", codename="change_channel"
    )
    may_change = (
        Q(is_superuser=True) | Q(groups__permissions__in=right) | Q(user_permissions__in=right)
    )
    staff = User.objects.filter(may_change, is_staff=True, is_active=True)
    return dict(staff.order_by("email").values_list("email", "language"))


def _due() -> "QuerySet[AlarmEmail]":
    return AlarmEmail.objects.filter(state=AlarmEmail.State.WAITING, next_attempt_at__lte=now())


def _take_due() -> list[AlarmEmail]:
    """Lease some e-mails; a worker that dies gives them back."""
    with transaction.atomic():
        rows = _due().select_for_update(skip_locked=True)
        pks = list(rows.order_by("id").values_list("pk", flat=True)[:_SLICE])
        AlarmEmail.objects.filter(pk__in=pks).update(next_attempt_at=now() + _LEASE)
    return list(
        AlarmEmail.objects.filter(pk__in=pks).select_related("alarm__channel").order_by("id")
    )


def _settle_failed(email: AlarmEmail, error: str) -> None:
    log.warning("alarm_not_sent", email=email.pk, error=error)
    email.error = error[:200]
    if email.attempts > len(LADDER):
        email.state = AlarmEmail.State.FAILED
    else:
        email.next_attempt_at = now() + timedelta(seconds=LADDER[email.attempts - 1])


def _message(email: AlarmEmail) -> EmailMessage:
    alarm, about = email.alarm, email.about
    subject = subject_of(alarm, about)
    context = {
        "alarm": alarm,
        "subject": subject,
        "change": change_of(alarm),
        "advice": advice_of(alarm, about),
        "base_url": settings.SMS_BASE_URL,
    }
    body = render_to_string("operations/email/channel_alarm.txt", context)
    return EmailMessage(subject=subject, body=body, to=[email.address])
