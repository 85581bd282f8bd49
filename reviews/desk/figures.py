"""How the review desk is doing; everything is counted in the database, in five queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    QuerySet,
    TextField,
)
from django.db.models.functions import TruncDate
from django.utils import timezone

from common.clock import platform_zone
from customers.models import User
from reviews.desk.charts import Chart, Share, line, stacked_bars
from reviews.desk.reason_names import name_of
from reviews.desk.span import Span
from reviews.models import Decision, Submission

if TYPE_CHECKING:
    from common.errors import Sentence

_HOUR = timedelta(hours=1)
_REVIEWERS = 50
_REASONS = 20


class Median(Aggregate):
    """PostgreSQL's median of an expression."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


_TIME_TAKEN = ExpressionWrapper(
    F("decided_at") - F("submission__submitted_at"), output_field=DurationField()
)
"""On the clock, nights and holidays included: from the submission to the decision."""

_COUNTS: dict[str, Any] = {
    "decided": Count("id"),
    "approved": Count("id", filter=Q(outcome=Decision.Outcome.APPROVE)),
    "rejected": Count("id", filter=Q(outcome=Decision.Outcome.REJECT)),
    "late": Count("id", filter=Q(decided_at__gt=F("due_at"))),
    "median": Median(_TIME_TAKEN, output_field=DurationField()),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open cases of one kind."""

    label: "Sentence"
    kind: str
    waiting: int
    overdue: int
    urged: int
    share: float
    """Percent of the kind that has most."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided: on a day, by a reviewer, or in all."""

    decided: int = 0
    approved: int = 0
    rejected: int = 0
    late: int = 0
    median: timedelta | None = None

    @property
    def share_rejected(self) -> int:
        return _percent(self.rejected, self.decided)

    @property
    def share_late(self) -> int:
        return _percent(self.late, self.decided)

    @property
    def median_hours(self) -> float | None:
        return None if self.median is None else round(self.median / _HOUR, 1)


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How often a reason was given, and in how many percent of the rejections."""

    name: str
    code: str
    count: int
    share: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The page of figures for a span of days."""

    waiting: list[Waiting]
    total: Decided
    days: list[tuple[date, Decided]]
    decided_chart: Chart
    median_chart: Chart
    reviewers: list[tuple[User, Decided]]
    reasons: list[ReasonCount]

    @property
    def waits(self) -> int:
        return sum(each.waiting for each in self.waiting)

    @property
    def overdue(self) -> int:
        return sum(each.overdue for each in self.waiting)

    @property
    def urged(self) -> int:
        return sum(each.urged for each in self.waiting)


def figures_of(span: Span) -> Figures:
    """Count what waits now, and what was decided in the span."""
    decisions = _decisions(span)
    total = Decided(**decisions.aggregate(**_COUNTS))
    days = _by_day(decisions, span)
    labels = [f"{day:%m-%d}" for day, _decided in days]
    return Figures(
        waiting=_waiting(span.kind),
        total=total,
        days=days,
        decided_chart=stacked_bars(labels, [_stack(decided) for _day, decided in days]),
        median_chart=line(labels, [decided.median_hours for _day, decided in days]),
        reviewers=_by_reviewer(decisions),
        reasons=_by_reason(decisions, total.rejected),
    )


def _decisions(span: Span) -> QuerySet[Decision]:
    found = Decision.objects.filter(decided_at__gte=span.begins_at, decided_at__lt=span.ends_at)
    if span.kind:
        found = found.filter(submission__kind=span.kind)
    return found.order_by()


def _waiting(kind: str) -> list[Waiting]:
    of_kind = {"kind": kind} if kind else {}
    rows: Any = (
        Submission.objects.filter(state=Submission.State.WAITING, **of_kind)
        .values("kind")
        .annotate(
            waiting=Count("id"),
            overdue=Count("id", filter=Q(due_at__lt=timezone.now())),
            urged=Count("id", filter=Q(urged_at__isnull=False)),
        )
        .order_by()
    )
    counts = {row.pop("kind"): row for row in rows}
    most = max((row["waiting"] for row in counts.values()), default=0)
    nothing = {"waiting": 0, "overdue": 0, "urged": 0}
    return [
        Waiting(
            label,
            each,
            **(row := counts.get(each, nothing)),
            share=round(100 * row["waiting"] / most, 1) if most else 0,
        )
        for each, label in Submission.Kind.choices
        if not kind or each == kind
    ]


def _by_day(decisions: QuerySet[Decision], span: Span) -> list[tuple[date, Decided]]:
    of_day = decisions.annotate(day=TruncDate("decided_at", tzinfo=platform_zone()))
    rows: Any = of_day.values("day").annotate(**_COUNTS)
    counted = {row.pop("day"): Decided(**row) for row in rows}
    return [(day, counted.get(day, Decided())) for day in span.days]


def _by_reviewer(decisions: QuerySet[Decision]) -> list[tuple[User, Decided]]:
    """The busiest first."""
    of_reviewer: Any = decisions.values("reviewer", "reviewer__email", "reviewer__full_name")
    rows = of_reviewer.annotate(**_COUNTS).order_by("-decided", "reviewer")[:_REVIEWERS]
    return [
        (
            User(
                pk=row.pop("reviewer"),
                email=row.pop("reviewer__email"),
                full_name=row.pop("reviewer__full_name"),
            ),
            Decided(**row),
        )
        for row in rows
    ]


def _by_reason(decisions: QuerySet[Decision], rejected: int) -> list[ReasonCount]:
    """The most frequent first; one rejection may have several reasons."""
    code = Func(F("reason_codes"), function="jsonb_array_elements_text", output_field=TextField())
    rows = (
        decisions.filter(outcome=Decision.Outcome.REJECT)
        .annotate(code=code)
        .values("code")
        .annotate(count=Count("id"))
        .order_by("-count", "code")[:_REASONS]
    )
    return [
        ReasonCount(
            name_of(row["code"]), row["code"], row["count"], _percent(row["count"], rejected)
        )
        for row in rows
    ]


def _stack(decided: Decided) -> Sequence[Share]:
    return (Share("good", decided.approved), Share("bad", decided.rejected))


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
