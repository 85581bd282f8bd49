"""Changing a customer's number rules: all lines of an import, or none (spec console §13.6)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refusal
from common.numbers import parse_recipients
from customers.models import Customer, User
from customers.services import audit
from messaging.models import NumberControl, NumberRule
from messaging.policy import number_control

MOST_NUMBERS = 600
MOST_SEGMENTS = 100
MOST_LINES = 1_000

_SEGMENT = re.compile(r"[0-9*]{4,11}")


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line of an import that is no rule, and why."""

    place: int
    text: str
    reason: str


class WrongLines(Refusal):
    """An import with lines that are no rules; nothing of it was stored."""

    def __init__(self, lines: Sequence[WrongLine]) -> None:
        super().__init__(
            "number_rules_wrong",
            gettext_lazy("%(count)s lines are wrong; they are listed here. Nothing was stored."),
            field="lines",
            params={"count": len(lines)},
        )
        self.lines = lines


def is_enabled(customer: Customer) -> bool:
    """Whether a customer's rules are in force."""
    return NumberControl.objects.filter(customer=customer, is_enabled=True).exists()


@transaction.atomic
def switch(
    *, customer: Customer, is_enabled: bool, actor: User | None, ip_address: str | None = None
) -> None:
    """Put a customer's rules into force, or out of it; they are kept."""
    control, _is_new = NumberControl.objects.select_for_update().get_or_create(customer=customer)
    if control.is_enabled != is_enabled:
        control.is_enabled = is_enabled
        control.save(update_fields=["is_enabled"])
        verb = "enable" if is_enabled else "disable"
        _record(verb, customer, actor, ip_address)
    transaction.on_commit(number_control.forget)


@transaction.atomic
def add_rules(
    *,
    customer: Customer,
    kind: str,
    lines: Iterable[str],
    actor: User | None,
    ip_address: str | None = None,
) -> int:
    """Add a rule for each line that is not empty; return how many.

    A line is a complete number, or a segment of 4 to 11 digits and `*`. Raises `WrongLines` when
    one is neither, comes twice or is there already, `Refusal` when there would be too many; then
    nothing is added.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    written = [(place, line.strip()) for place, line in enumerate(lines, 1) if line.strip()]
    if not written:
        raise Refusal(
            "number_rules_empty",
            gettext_lazy("Write a number or a segment in each line."),
            field="lines",
        )
    if len(written) > MOST_LINES:
        raise _too_many(len(written), MOST_LINES)
    rules = NumberRule.objects.for_customer(customer)
    known = dict(rules.values_list("pattern", "kind"))
    patterns = _patterns(written, known)
    _refuse_too_many([*known, *patterns])
    NumberRule.objects.bulk_create(
        NumberRule(customer=customer, kind=kind, pattern=pattern) for pattern in patterns
    )
    _record("add", customer, actor, ip_address, kind, patterns)
    transaction.on_commit(number_control.forget)
    return len(patterns)


@transaction.atomic
def remove_rules(
    *,
    customer: Customer,
    ids: Iterable[int],
    actor: User | None,
    ip_address: str | None = None,
) -> int:
    """Remove rules of the customer; return how many there were of those named."""
    rows = list(NumberRule.objects.for_customer(customer).filter(pk__in=list(ids)))
    if rows:
        NumberRule.objects.filter(pk__in=[row.pk for row in rows]).delete()
        _record("remove", customer, actor, ip_address, "", [row.pattern for row in rows])
    transaction.on_commit(number_control.forget)
    return len(rows)


def _patterns(written: Sequence[tuple[int, str]], known: dict[str, str]) -> list[str]:
    patterns: list[str] = []
    seen: dict[str, int] = {}
    wrong = []
    for place, line in written:
        pattern = _pattern(line)
        if pattern is None:
            reason = _(
                "Neither a number, such as +8613800138000, nor a segment of 4 to 11 digits and *."
            )
        elif pattern in known:
            labels = {"kind": str(NumberRule.Kind(known[pattern]).label).lower()}
            reason = _("There is a rule for it already: %(kind)s. Remove that one first.") % labels
        elif pattern in seen:
            reason = _("The same as line %(place)s.") % {"place": seen[pattern]}
        else:
            seen[pattern] = place
            patterns.append(pattern)
            continue
        wrong.append(WrongLine(place, line[:32], reason))
    if wrong:
        raise WrongLines(wrong)
    return patterns


def _pattern(line: str) -> str | None:
    """The form in which a rule is stored. A mainland mobile without `+86` is a number."""
    (number,) = parse_recipients([line]).e164
    if number is not None:
        return number
    return line if _SEGMENT.fullmatch(line) else None


def _refuse_too_many(patterns: Sequence[str]) -> None:
    numbers = sum(pattern.startswith("+") for pattern in patterns)
    if numbers > MOST_NUMBERS:
        raise _too_many(numbers, MOST_NUMBERS)
    if len(patterns) - numbers > MOST_SEGMENTS:
        raise Refusal(
            "number_rules_segments",
            gettext_lazy("There would be %(count)s segments; at most %(most)s are possible."),
            field="lines",
            params={"count": len(patterns) - numbers, "most": MOST_SEGMENTS},
        )


def _too_many(count: int, most: int) -> Refusal:
    return Refusal(
        "number_rules_numbers",
        gettext_lazy("There would be %(count)s numbers; at most %(most)s are possible."),
        field="lines",
        params={"count": count, "most": most},
    )


def _record(
    verb: str,
    customer: Customer,
    actor: User | None,
    ip_address: str | None,
    kind: str = "",
    patterns: Sequence[str] = (),
) -> None:
    audit.record(
        verb=verb,
        object_type="numberrule",
        object_id=str(customer.public_id),
        object_name=customer.name,
        actor=actor,
        customer=customer,
        ip_address=ip_address,
        after={"kind": kind, "count": len(patterns), "first": list(patterns[:10])}
        if patterns
        else {},
    )
