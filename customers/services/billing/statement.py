"""The statement of a month: what was there, what was sent for it, what is left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Sum

from common.clock import now
from customers.models import Application, BillingAccount, LedgerEntry
from customers.models.billing import LedgerEntryQuerySet

from .prices import bounds, month_of


@dataclass(frozen=True, slots=True)
class Line:
    """What one application sent of one type in the month, paid from one place."""

    application: str
    message_type: str
    package: str
    """Empty for what the balance paid."""
    sent: int
    credited: int
    amount: int
    """Millionths that the balance paid, credits taken off."""

    @property
    def charged(self) -> int:
        return self.sent - self.credited


@dataclass(frozen=True, slots=True)
class Statement:
    """A month of an account; `closing` is `opening` and all changes, to the millionth."""

    month: date
    opening: int
    closing: int
    lines: list[Line]
    others: list[LedgerEntry]
    """Top-ups, corrections and packages, the oldest first."""

    @property
    def cost(self) -> int:
        """What sending took from the balance."""
        return sum(line.amount for line in self.lines)

    @property
    def parts(self) -> int:
        return sum(line.charged for line in self.lines)

    @property
    def others_total(self) -> int:
        return sum(entry.amount for entry in self.others)


def statement_of(account: BillingAccount, month: date) -> Statement:
    """The statement of a month by its first day; the current month's is as of now."""
    start, end = bounds(month)
    entries = LedgerEntry.objects.filter(account=account)
    within = entries.filter(at__gte=start, at__lt=end)
    others = within.exclude(type__in=LedgerEntry.BY_HOUR).select_related("package")
    return Statement(
        month=month,
        opening=_sum(entries.filter(at__lt=start)),
        closing=_sum(entries.filter(at__lt=end)),
        lines=list(_lines(account, within)),
        others=list(others.order_by("at", "id")),
    )


def months_of(account: BillingAccount) -> list[date]:
    """The months that have a statement, the current one first."""
    month, months = month_of(now()), []
    first = month_of(account.created_at)
    while month >= first:
        months.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return months


def cost_since(account: BillingAccount, start: datetime) -> tuple[int, int]:
    """The parts charged since the beginning of an hour, and what of them the balance paid."""
    sums = LedgerEntry.objects.filter(
        account=account, type__in=LedgerEntry.BY_HOUR, at__gte=start
    ).aggregate(parts=Sum("parts"), amount=Sum("amount"))
    return int(sums["parts"] or 0), -int(sums["amount"] or 0)


def _lines(account: BillingAccount, within: LedgerEntryQuerySet) -> Iterator[Line]:
    names = dict(Application.objects.filter(customer=account.customer).values_list("id", "name"))
    rows = (
        within.filter(type__in=LedgerEntry.BY_HOUR)
        .values("application_id", "message_type", "type", package_name=F("package__name"))
        .annotate(sent=Sum("parts"), paid=Sum("amount"))
        .order_by("application_id", "message_type", "package_name", "-type")
    )
    lines: dict[tuple[int, str, str], list[int]] = {}
    for row in rows:
        key = (row["application_id"] or 0, row["message_type"], row["package_name"] or "")
        line = lines.setdefault(key, [0, 0, 0])
        if row["type"] == LedgerEntry.Type.SENDING:
            line[0] += row["sent"]
        else:
            line[1] -= row["sent"]
        line[2] -= row["paid"]
    for (application_id, message_type, package), (sent, credited, amount) in lines.items():
        name = names.get(application_id, str(application_id))
        yield Line(name, message_type, package, sent, credited, amount)


def _sum(entries: LedgerEntryQuerySet) -> int:
    return int(entries.aggregate(sum=Sum("amount"))["sum"] or 0)
