"""The queue of the review desk: its tabs, one page of cases, and which case comes next."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer, User
from reviews.desk.due import Due, DueClock
from reviews.desk.filters import QueueFilter, applications_of, unclaimed
from reviews.models import Signature, Submission

if TYPE_CHECKING:
    from common.errors import Sentence

PAGE = 50
FIRST = 8
"""Cases shown on the overview."""

_IN_ORDER = (F("urged_at").asc(nulls_last=True), "due_at", "id")
"""Urged ones first, then by due time, as the index of open cases has them."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One kind of case, or all of them, with how many there are."""

    label: "Sentence"
    count: int
    query: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue."""

    case: Submission
    due: Due
    application: tuple[int, str] | None
    is_own_customer: bool
    """The reviewer belongs to the customer and may not decide."""

    holder: User | None
    """The colleague, or oneself, who holds the case now."""


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue as it is shown."""

    filter: QueueFilter
    tabs: list[Tab]
    rows: list[Row]
    total: int
    number: int
    pages: int
    owner: Customer | Application | None
    """The customer or application whose cases alone are shown, if one is chosen."""

    @property
    def has_unknown_calendar(self) -> bool:
        return any(not row.due.is_calendar_known for row in self.rows)

    @property
    def previous_query(self) -> str:
        return self._query(self.number - 1) if self.number > 1 else ""

    @property
    def next_query(self) -> str:
        return self._query(self.number + 1) if self.number < self.pages else ""

    def _query(self, number: int) -> str:
        joint = "&" if self.filter.query else "?"
        return f"{self.filter.query}{joint}page={number}"


def page_of(chosen: QueueFilter, user: User, *, number: int = 1) -> QueuePage:
    """One page of the queue, in a fixed number of queries however long it is.

    A page beyond the last is the last.
    """
    counts = _counts(chosen, user)
    total = counts.get(chosen.kind, 0) if chosen.kind else sum(counts.values())
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    cases = ordered(chosen, user).select_related("customer", "assignee")
    return QueuePage(
        filter=chosen,
        tabs=list(_tabs(chosen, counts)),
        rows=_rows(list(cases[(number - 1) * PAGE : number * PAGE]), user),
        total=total,
        number=number,
        pages=pages,
        owner=_owner(chosen),
    )


def ordered(chosen: QueueFilter, user: User) -> QuerySet[Submission]:
    """The cases in the order of work; closed ones, latest first."""
    order = _IN_ORDER if chosen.is_of_open_cases else ("-id",)
    return chosen.cases(user).order_by(*order)


def next_case(chosen: QueueFilter, user: User, *, after: Submission | None) -> Submission | None:
    """The open case to take after another: the first behind it, else the first of the list.

    Skips what colleagues hold and what belongs to the reviewer's own customers.
    """
    chosen = chosen.changed(state=Submission.State.WAITING)
    free = (
        chosen.cases(user)
        .filter(unclaimed() | Q(assignee=user))
        .exclude(customer__memberships__user=user)
        .order_by(*_IN_ORDER)
    )
    if after is None:
        return free.first()
    free = free.exclude(pk=after.pk)
    return free.filter(_behind(after)).first() or free.first()


@dataclass(frozen=True, slots=True)
class QueueSummary:
    """How many cases wait, and those to be taken first."""

    waiting: int
    overdue: int
    urged: int
    unclaimed: int
    without_number: int
    """Approved signatures that have no channel number yet."""

    first: list[Row]


def summary(user: User) -> QueueSummary:
    """Count the queue and take its head, in a fixed number of queries."""
    counts = Submission.objects.filter(state=Submission.State.WAITING).aggregate(
        waiting=Count("id"),
        overdue=Count("id", filter=Q(due_at__lt=timezone.now())),
        urged=Count("id", filter=Q(urged_at__isnull=False)),
        unclaimed=Count("id", filter=unclaimed()),
    )
    first = ordered(QueueFilter(), user).select_related("customer", "assignee")[:FIRST]
    return QueueSummary(
        **counts,
        without_number=Signature.objects.filter(status=Signature.Status.PROCESSING).count(),
        first=_rows(list(first), user),
    )


def _owner(chosen: QueueFilter) -> Customer | Application | None:
    if chosen.application:
        return Application.objects.filter(pk=chosen.application).first()
    return Customer.objects.filter(pk=chosen.customer).first() if chosen.customer else None


def _counts(chosen: QueueFilter, user: User) -> dict[str, int]:
    rows = chosen.cases_of_every_kind(user).values("kind").annotate(count=Count("id")).order_by()
    return {row["kind"]: row["count"] for row in rows}


def _tabs(chosen: QueueFilter, counts: dict[str, int]) -> list[Tab]:
    every = Tab(_("All"), sum(counts.values()), chosen.changed(kind="").query, not chosen.kind)
    return [
        every,
        *(
            Tab(label, counts.get(kind, 0), chosen.changed(kind=kind).query, chosen.kind == kind)
            for kind, label in Submission.Kind.choices
        ),
    ]


def _rows(cases: list[Submission], user: User) -> list[Row]:
    clock = DueClock()
    applications = applications_of(cases)
    own = set(user.memberships.values_list("customer", flat=True))
    return [
        Row(
            case=case,
            due=clock.due_of(case),
            application=applications.get((case.kind, case.object_id)),
            is_own_customer=case.customer_id in own,
            holder=_holder(case, user),
        )
        for case in cases
    ]


def _holder(case: Submission, user: User) -> User | None:
    is_held = case.assignee_id == user.pk or case.is_claimed_by_others(user)
    return case.assignee if is_held or not case.is_waiting else None


def _behind(case: Submission) -> Q:
    """What comes behind a case in the order of work."""
    later = Q(due_at__gt=case.due_at) | Q(due_at=case.due_at, pk__gt=case.pk)
    if case.urged_at is None:
        return Q(urged_at=None) & later
    return Q(urged_at=None) | Q(urged_at__gt=case.urged_at) | (Q(urged_at=case.urged_at) & later)
