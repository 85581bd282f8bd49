"""The guard against bombing: floods of messages are slowed down to a speed, and an alarm is raised.

Counted for each application by template, by number segment (the first seven digits) and by the
address that the API call comes from: the customer's server, as the platform sees no further. What
passes a limit is stopped until its span is over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from common.expiring import announced
from customers.models import Application, Notice
from customers.services.notices import announce
from messaging.models import GuardAlarm, GuardLimit, RuleHit
from reviews.models import TemplateVersion

from .counters import Watched, counters
from .hits import Hit
from .windows import microseconds

log = structlog.get_logger(__name__)

BLOCKED = "SC:0010"
"""The status of a message of a flood: its sending frequency is exceeded."""

SEGMENT_DIGITS = 7
MOST_REMEMBERED = 1_000
Subject = GuardLimit.Subject


@dataclass(frozen=True, slots=True)
class Guard:
    """A limit as it holds for a slice; `value` is the template version's id or the address."""

    limit_id: int
    subject: str
    value: str
    watched: Watched

    def hit(self, position: int, number: str) -> Hit:
        value = segment_of(number) if self.watched.is_segment else self.value
        matched = f"{self.subject} {value}: {self.watched.most}/{self.watched.span_s}"
        return Hit(position, BLOCKED, RuleHit.Kind.GUARD.value, self.limit_id, matched)


def guards_for(
    *, application_id: int, type: str, version_id: int, client_address: str
) -> list[Guard]:
    """The limits in force for a slice; those of addresses only where one is known."""
    values = {
        Subject.TEMPLATE.value: str(version_id),
        Subject.ADDRESS.value: client_address,
        Subject.SEGMENT.value: "",
    }
    return [
        Guard(
            limit.pk,
            limit.subject,
            values[limit.subject],
            Watched(
                f"guard:{application_id}:{limit.pk}:{values[limit.subject]}",
                limit.most,
                limit.per_s,
                limit.subject == Subject.SEGMENT,
            ),
        )
        for limit in _limits.get(type)
        if values[limit.subject] or limit.subject == Subject.SEGMENT
    ]


def reached(guards: Sequence[Guard], number: str, moment: datetime) -> list[Guard] | None:
    """The limits that one more message to a number would pass now; None while nobody counts."""
    counts = counters().used(
        [one.watched for one in guards], segment_of(number), microseconds(moment)
    )
    if counts is None:
        return None
    rows = zip(guards, counts, strict=True)
    return [guard for guard, count in rows if count >= guard.watched.most]


def segment_of(number: str) -> str:
    """The first digits of a number, without `+86`."""
    start = 3 if number.startswith("+86") else 1
    return number[start : start + SEGMENT_DIGITS]


def raise_alarms(application_id: int, hits: Iterable[Hit], moment: datetime) -> None:
    """Tell the customer's contacts and operations of what the guard stopped; once an hour each."""
    found = dict.fromkeys(hit.matched for hit in hits if hit.kind == RuleHit.Kind.GUARD)
    hour = moment.replace(minute=0, second=0, microsecond=0)
    for matched in found:
        if _raised.get((application_id, matched)) == hour:
            continue
        source, _, detail = matched.rpartition(": ")
        subject, _, value = source.partition(" ")
        raise_alarm(
            application_id=application_id,
            kind=GuardAlarm.Kind.VELOCITY,
            subject=subject,
            value=value,
            detail=detail,
            moment=moment,
        )
        if len(_raised) >= MOST_REMEMBERED:
            _raised.clear()
        _raised[application_id, matched] = hour


@transaction.atomic
def raise_alarm(
    *,
    application_id: int,
    kind: GuardAlarm.Kind,
    subject: str,
    value: str,
    detail: str,
    moment: datetime,
) -> bool:
    """Record an alarm and announce it; False when it was raised in this hour before."""
    application = Application.objects.select_related("customer").get(pk=application_id)
    alarm, is_new = GuardAlarm.objects.get_or_create(
        application=application,
        kind=kind,
        subject=subject,
        value=value,
        hour=moment.replace(minute=0, second=0, microsecond=0),
        defaults={"customer": application.customer, "detail": detail},
    )
    if is_new:
        log.warning("guard alarm", alarm=kind.value, subject=subject, value=value, figures=detail)
        announce(
            customer=application.customer,
            event=Notice.Event.GUARD_ALARM,
            object_type="application",
            object_id=application.public_id,
            params={"name": f"{_named(alarm)} ({detail})"},
        )
    return is_new


def forget() -> None:
    """Drop what this process remembers of the limits."""
    _limits.clear()
    _raised.clear()


def _named(alarm: GuardAlarm) -> str:
    """What customers know the source as: a template by its name."""
    if alarm.subject != Subject.TEMPLATE:
        return alarm.value
    version = TemplateVersion.objects.select_related("template").get(pk=int(alarm.value))
    return version.template.name if version.template else alarm.value


def _load(type: str) -> Sequence[GuardLimit]:
    return list(GuardLimit.objects.filter(type=type, is_active=True).order_by("pk"))


_raised: dict[tuple[int, str], datetime] = {}
"""Alarms that this process knows to be raised in an hour: a flood asks again and again."""
_limits = announced(_load)
