"""By when a case is to be decided (ruling 22, spec console §15.1)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from common.workdays import DueTime, due_after_workdays, due_at
from customers.models import Customer
from reviews.models import SlaRule, Submission, WorkdayOverride

Kind = Submission.Kind


def due_of(kind: str, customer: Customer, received: datetime) -> DueTime:
    """When a case of this kind, received at an aware instant, is due.

    A rule for the customer's country counts before a rule for every country, and without either
    the platform's settings count. Days that operations overrode are worked, or not, as they say.
    """
    overrides = _overrides()
    rule = _rule(kind, customer.country)
    if rule is None:
        return _DEFAULTS[kind](received, overrides)
    window: dict[str, Any] = {"opens": rule.opens, "closes": rule.closes}
    if rule.unit == SlaRule.Unit.WORKDAYS:
        return due_after_workdays(received, rule.amount, overrides=overrides, **window)
    return due_at(received, rule.amount, strict=rule.is_strict, overrides=overrides, **window)


def _rule(kind: str, country: str) -> SlaRule | None:
    fitting = SlaRule.objects.filter(Q(country=country) | Q(country=""), kind=kind)
    return fitting.order_by("-country").first()


def _overrides() -> dict[date, bool]:
    return dict(WorkdayOverride.objects.values_list("day", "is_worked"))


def _in_hours(received: datetime, overrides: dict[date, bool]) -> DueTime:
    return due_at(
        received,
        settings.SMS_REVIEW_HOURS,
        strict=settings.SMS_REVIEW_STRICT,
        overrides=overrides,
    )


def _in_workdays(setting: str) -> Callable[[datetime, dict[date, bool]], DueTime]:
    def due(received: datetime, overrides: dict[date, bool]) -> DueTime:
        return due_after_workdays(received, getattr(settings, setting), overrides=overrides)

    return due


_DEFAULTS: dict[str, Callable[[datetime, dict[date, bool]], DueTime]] = {
    Kind.SIGNATURE: _in_hours,
    Kind.TEMPLATE: _in_hours,
    Kind.ACTIVATION: _in_hours,
    Kind.NUMBER_REMOVAL: _in_hours,
    Kind.QUALIFICATION: _in_workdays("SMS_QUALIFICATION_WORKDAYS"),
    Kind.SUPPLEMENT: _in_workdays("SMS_QUALIFICATION_WORKDAYS"),
    Kind.QUOTA: _in_workdays("SMS_QUALIFICATION_WORKDAYS"),
    Kind.ENABLEMENT: _in_workdays("SMS_ENABLEMENT_WORKDAYS"),
}
