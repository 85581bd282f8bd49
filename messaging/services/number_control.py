"""Changing a customer's number rules: all lines of an import, or none (spec console §13.6)."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refusal
from customers.models import Customer, User
from customers.services import audit
from messaging.models import NumberControl, NumberRule
from messaging.policy import number_control

from .lines import WrongLine, WrongLines, written_lines, wrong
from .number_patterns import covers, pattern_of

MOST_NUMBERS = 600
MOST_SEGMENTS = 100
MOST_LINES = 1_000


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
    one is neither, comes twice, is there already or overlaps a rule so that one of them has no
    effect, `Refusal` when there would be too many; then nothing is added.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    written = written_lines(lines)
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
    patterns = _patterns(written, known, kind)
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


def _patterns(written: Sequence[tuple[int, str]], known: dict[str, str], kind: str) -> list[str]:
    """The patterns of an import, if each may stand beside all the others."""
    seen: dict[str, int] = {}
    rejected: list[WrongLine] = []
    for place, line in written:
        pattern = pattern_of(line)
        if objection := _objection(pattern, known, seen, kind):
            rejected.append(wrong(place, line, objection))
        elif pattern is not None:
            seen[pattern] = place
    if rejected:
        raise WrongLines(rejected)
    return list(seen)


def _objection(
    pattern: str | None, known: dict[str, str], seen: dict[str, int], kind: str
) -> str | None:
    """Why a pattern cannot be added to the rules there are and to the lines before it."""
    if pattern is None:
        return _("Neither a number, such as +8613800138000, nor a segment of 4 to 11 digits and *.")
    if pattern in known:
        return _("There is a rule for it already: %(kind)s. Remove that one first.") % {
            "kind": _label(known[pattern])
        }
    if pattern in seen:
        return _("The same as line %(place)s.") % {"place": seen[pattern]}
    for other in _comparable(pattern, seen):
        if covers(other, pattern) or covers(pattern, other):
            words = {"place": seen[other], "rule": other}
            return _("It overlaps line %(place)s (%(rule)s).") % words
    for other in _comparable(pattern, known):
        if _is_void(pattern, kind, other, known[other]):
            return _(
                "It overlaps the rule %(rule)s (%(kind)s), so that one of them has no effect. "
                "Remove that one first, or leave this one out."
            ) % {"rule": other, "kind": _label(known[other])}
    return None


def _comparable(pattern: str, others: Iterable[str]) -> Iterable[str]:
    """Those that may overlap a pattern: two different numbers never do."""
    if not pattern.startswith("+"):
        return others
    return (other for other in others if not other.startswith("+"))


def _is_void(pattern: str, kind: str, other: str, others_kind: str) -> bool:
    """Whether one of two rules would have no effect: what is allowed wins.

    A number that is allowed in a segment that is denied is an exception, and no overlap.
    """
    if kind == others_kind:
        return covers(pattern, other) or covers(other, pattern)
    is_allowing = kind == NumberRule.Kind.ALLOW
    return covers(pattern, other) if is_allowing else covers(other, pattern)


def _label(kind: str) -> str:
    return str(NumberRule.Kind(kind).label).lower()


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
