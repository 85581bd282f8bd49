"""Customers' own frequency limits: one policy for an application (spec console §13.4)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.numbers import parse_recipients
from customers.models import Application, User
from customers.services import audit
from messaging.models import FrequencyPolicy
from messaging.models.frequency import MOST
from messaging.policy import frequency

from .lines import WrongLines, written_lines, wrong

WHITELIST_LENGTH = 1_000
LIMITS = ("per_minute", "per_hour", "per_day")


@transaction.atomic
def set_policy(
    *,
    application: Application,
    limits: Mapping[str, int | None],
    whitelist: Iterable[str],
    actor: User | None,
    ip_address: str | None = None,
) -> FrequencyPolicy:
    """Limit what a number may get of an application; replaces the limits it had.

    `limits` has `per_minute`, `per_hour` and `per_day`, None for no limit; `whitelist` are lines
    with a number each. Raises `Refusal` and changes nothing when a value or a line is wrong.
    """
    for name in LIMITS:
        value = limits[name]
        if value is not None and not 1 <= value <= MOST:
            raise Refusal(
                "frequency_range",
                _("Write a number from 1 to %(most)s, or leave it empty for no limit."),
                field=name,
                params={"most": MOST},
            )
    if not any(limits.values()):
        raise Refusal(
            "frequency_empty", _("Set at least one of the three limits."), field="per_minute"
        )
    numbers = _numbers(whitelist)
    row, before = _locked(application)
    for name in LIMITS:
        setattr(row, name, limits[name])
    row.whitelist = numbers
    row.save()
    if (after := _facts(row)) != before:
        _record("update" if before else "create", application, actor, ip_address, before, after)
    transaction.on_commit(frequency.forget)
    return row


@transaction.atomic
def remove_policy(
    *, application: Application, actor: User | None, ip_address: str | None = None
) -> None:
    """End the customer's own limits of an application; the platform's go on."""
    row, before = _locked(application)
    if before:
        row.delete()
        _record("delete", application, actor, ip_address, before, {})
        transaction.on_commit(frequency.forget)


def _locked(application: Application) -> tuple[FrequencyPolicy, dict[str, Any]]:
    """The policy of an application, a new one if there is none, and its facts as they are."""
    Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    row = FrequencyPolicy.objects.filter(application=application).first()
    return (row, _facts(row)) if row else (FrequencyPolicy(application=application), {})


def _numbers(lines: Iterable[str]) -> list[str]:
    """The numbers of non-empty lines, each once; `WrongLines` names all that hold none."""
    written = written_lines(lines)
    e164 = parse_recipients([line for _place, line in written]).e164
    rejected = [
        wrong(place, line, gettext("No phone number, such as 13800138000 or +8613800138000."))
        for (place, line), number in zip(written, e164, strict=True)
        if number is None
    ]
    if rejected:
        raise WrongLines(rejected, "whitelist")
    numbers = list(dict.fromkeys(number for number in e164 if number))
    if len(numbers) > WHITELIST_LENGTH:
        raise Refusal(
            "frequency_whitelist_length",
            _("The list holds %(count)s numbers; at most %(most)s are possible. Remove some."),
            field="whitelist",
            params={"count": len(numbers), "most": WHITELIST_LENGTH},
        )
    return numbers


def _facts(row: FrequencyPolicy) -> dict[str, Any]:
    return {name: getattr(row, name) for name in LIMITS} | {"whitelist": len(row.whitelist)}


def _record(
    verb: str,
    application: Application,
    actor: User | None,
    ip_address: str | None,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    audit.record(
        verb=verb,
        object_type="frequencypolicy",
        object_id=str(application.public_id),
        object_name=application.name,
        actor=actor,
        customer=application.customer,
        ip_address=ip_address,
        before=before,
        after=after,
    )
