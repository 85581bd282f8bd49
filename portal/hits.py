"""What the pages show of messages that rules stopped: rows with what to do, and bars of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from customers.models import Application, Customer
from messaging.models import BlockedNumber, NumberRemoval, NumberRule, OptOut, RuleHit
from messaging.queries.hit_figures import HitFigures, figures_of, last_days
from messaging.queries.hits import FoundHit
from messaging.services.rule_words import explain
from messaging.services.verdict import CodeMeaning, meaning_of_code

if TYPE_CHECKING:
    from common.errors import Sentence

DAYS = 14
HEIGHT, STEP = 100, 10
"""The height of a drawing and the width of a day, in its own units."""


@dataclass(frozen=True, slots=True)
class Row:
    """A stopped message: which list, whether the number is on it still, and who may take it off."""

    found: FoundHit
    application: Application | None
    meaning: CodeMeaning
    why: str
    is_in_force: bool
    opt_out: OptOut | None = None
    blocked: BlockedNumber | None = None
    removal: NumberRemoval | None = None
    """The customer's last application for the removal of `blocked`, unless it was granted.

    A granted one says nothing of an entry that operations put in force again.
    """

    @property
    def may_be_unblocked(self) -> bool:
        """Whether an application for the removal of the entry would be accepted."""
        entry = self.blocked
        return (
            entry is not None
            and entry.is_active
            and entry.recipient == self.found.recipient
            and not (self.removal and self.removal.is_pending)
        )


@dataclass(frozen=True, slots=True)
class Bar:
    """A day as the page draws it: place and height in units of `HEIGHT`."""

    day: date
    count: int
    x: int
    height: float

    @property
    def y(self) -> float:
        return HEIGHT - self.height


@dataclass(frozen=True, slots=True)
class Drawing:
    """The messages that rules stopped on the last days."""

    figures: HitFigures
    bars: list[Bar]

    @property
    def width(self) -> int:
        return STEP * len(self.bars)

    @property
    def table(self) -> list[tuple[date, list[tuple["Sentence", int]]]]:
        """The days with what each kind of rule stopped."""
        names = [kind for kind, _total in self.figures.kinds]
        return [(day, list(zip(names, counts, strict=True))) for day, counts in self.figures.table]


def rows_of(found: Sequence[FoundHit], customer: Customer) -> list[Row]:
    """The found messages with what is known of their rules now; a few queries for all."""
    applications = Application.objects.for_customer(customer).in_bulk()
    opted_out = OptOut.objects.for_customer(customer).prefetch_related("removals__opt_out")
    opt_outs = opted_out.in_bulk(_rules(found, RuleHit.Kind.OPT_OUT))
    blocked = BlockedNumber.objects.in_bulk(_rules(found, RuleHit.Kind.BLOCKLIST))
    removals = {
        removal.blocked_number_id: removal
        for removal in NumberRemoval.objects.for_customer(customer)
        .filter(blocked_number__in=blocked)
        .order_by("pk")
    }
    own = NumberRule.objects.for_customer(customer).in_bulk(
        _rules(found, RuleHit.Kind.NUMBER_CONTROL)
    )
    rows = []
    for one in found:
        kind, rule_id = one.hit.kind, one.hit.rule_id
        opt_out = opt_outs.get(rule_id) if kind == RuleHit.Kind.OPT_OUT else None
        listed = blocked.get(rule_id) if kind == RuleHit.Kind.BLOCKLIST else None
        is_in_force = (
            (opt_out is not None and opt_out.is_in_force)
            or (listed is not None and listed.is_active)
            or (kind == RuleHit.Kind.NUMBER_CONTROL and rule_id in own)
        )
        removal = removals.get(listed.pk) if listed else None
        row = Row(
            one,
            applications.get(one.application_id),
            meaning_of_code(one.code),
            explain(one.hit),
            is_in_force,
            opt_out,
            listed,
            removal if removal and not removal.is_granted else None,
        )
        rows.append(row)
    return rows


def drawing_of(
    customer: Customer, kinds: Sequence[str] = tuple(RuleHit.Kind), days: int = DAYS
) -> Drawing:
    """The last days up to today."""
    figures = figures_of(last_days(days), kinds, customer)
    highest = max((count for _day, count in figures.days), default=0) or 1
    bars = [
        Bar(day, count, STEP * place + 1, round(HEIGHT * count / highest, 1))
        for place, (day, count) in enumerate(figures.days)
    ]
    return Drawing(figures, bars)


def _rules(found: Sequence[FoundHit], kind: RuleHit.Kind) -> set[int]:
    return {one.hit.rule_id for one in found if one.hit.kind == kind}
