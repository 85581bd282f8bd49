"""Prices of message parts: lists that begin with a month, tiers counted within the month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import local_day, now, platform_zone
from common.errors import Refusal
from customers.models import Customer, MonthUsage, PriceList, PriceTier, User
from customers.models.billing import Kind
from customers.services import audit

NOTICE = timedelta(days=1)
"""A new list is made at least so long before its month: no process charges by an old one then."""

Tier = tuple[int, int]
"""Parts of the month above which a price holds, and the price of a part in millionths."""


@dataclass(frozen=True, slots=True)
class Prices:
    """The tiers of one month for one customer, by kind; each list begins at 0 parts."""

    tiers: Mapping[str, Sequence[Tier]]

    def first(self, kind: str) -> int:
        """The price of the first tier: the highest one."""
        return self.tiers[kind][0][1]

    def cost(self, kind: str, before: int, parts: int) -> int:
        """What `parts` cost when the month has `before` of them already, in millionths."""
        return self._total(kind, before + parts) - self._total(kind, before)

    def _total(self, kind: str, parts: int) -> int:
        tiers = self.tiers[kind]
        ends = [above for above, _ in tiers[1:]] + [parts]
        return sum(
            max(0, min(parts, end) - above) * price
            for (above, price), end in zip(tiers, ends, strict=True)
        )


def month_of(moment: datetime) -> date:
    """The first day of the month of the platform's zone in which an instant falls (ruling 13)."""
    return local_day(moment).replace(day=1)


def bounds(month: date) -> tuple[datetime, datetime]:
    """The instants at which a month and the next one begin."""
    following = (month + timedelta(days=31)).replace(day=1)
    zone = platform_zone()
    return (
        datetime(month.year, month.month, 1, tzinfo=zone),
        datetime(following.year, following.month, 1, tzinfo=zone),
    )


def list_for(customer: Customer, month: date) -> PriceList | None:
    """The customer's own list that holds in a month, else the platform's; None without any."""
    lists = PriceList.objects.filter(month__lte=month).order_by("-month")
    return lists.filter(customer=customer).first() or lists.filter(customer=None).first()


def prices_for(customer: Customer, month: date) -> Prices | None:
    """What parts cost a customer in a month; None when nobody has set a price."""
    found = list_for(customer, month)
    return prices_of(found) if found else None


def prices_of(price_list: PriceList) -> Prices:
    tiers: dict[str, list[Tier]] = {}
    for tier in price_list.tiers.all():
        tiers.setdefault(tier.kind, []).append((tier.above, tier.price))
    return Prices(tiers)


@transaction.atomic
def create_list(
    *,
    month: date,
    tiers: Mapping[str, Sequence[Tier]],
    customer: Customer | None = None,
    actor: User | None,
    ip_address: str | None = None,
) -> PriceList:
    """Set the prices from a month on, of the platform or of one customer.

    Refuses tiers that do not begin at 0, do not rise, or become dearer; a kind without a price; and
    a month that has begun or begins within a day, but for a first list, by which nobody can have
    been charged. A list that holds is never changed: the next one replaces it.
    """
    month = month.replace(day=1)
    for kind in Kind:
        _check_tiers(kind, tiers.get(kind, ()))
    if _month_is_settled(month) and not _is_first(customer):
        raise Refusal(
            "price_month",
            _("Prices change with a month and are set at least a day ahead. Choose a later month."),
            field="month",
        )
    if PriceList.objects.filter(customer=customer, month=month).exists():
        raise Refusal(
            "price_month_taken",
            _("There is a price list from this month on. Delete it first, or choose another."),
            field="month",
        )
    price_list = PriceList.objects.create(customer=customer, month=month)
    PriceTier.objects.bulk_create(
        PriceTier(price_list=price_list, kind=kind, above=above, price=price)
        for kind, rows in tiers.items()
        for above, price in rows
    )
    _record("create", price_list, tiers, actor, ip_address)
    return price_list


@transaction.atomic
def delete_list(
    *, price_list: PriceList, actor: User | None, ip_address: str | None = None
) -> None:
    """Take back a list that does not hold yet; refuses one whose month has begun or is near."""
    if holds(price_list):
        raise Refusal(
            "price_list_holds",
            _("These prices hold already. Set new ones from a later month on instead."),
        )
    _record("delete", price_list, prices_of(price_list).tiers, actor, ip_address)
    price_list.delete()


def holds(price_list: PriceList) -> bool:
    """Whether messages are charged by a list already, or are too soon to take it back."""
    return _month_is_settled(price_list.month)


def _month_is_settled(month: date) -> bool:
    return month <= month_of(now() + NOTICE)


def _is_first(customer: Customer | None) -> bool:
    """Whether a list would be the first by which these customers are charged."""
    if PriceList.objects.filter(customer=customer).exists():
        return False
    if customer is None:
        return True
    is_charged = customer.billing.is_charged if hasattr(customer, "billing") else False
    return not is_charged and not MonthUsage.objects.filter(account__customer=customer).exists()


def _check_tiers(kind: Kind, tiers: Sequence[Tier]) -> None:
    starts = [above for above, _ in tiers]
    prices = [price for _, price in tiers]
    if not tiers or starts[0] != 0 or starts != sorted(set(starts)):
        raise Refusal(
            "price_tiers",
            _("%(kind)s: the first tier begins at 0 parts, each further one at more."),
            params={"kind": kind.label},
        )
    if prices != sorted(prices, reverse=True) or prices[-1] < 0:
        raise Refusal(
            "price_rises",
            _("%(kind)s: a higher tier cannot cost more than the one before."),
            params={"kind": kind.label},
        )


def _record(
    verb: str,
    price_list: PriceList,
    tiers: Mapping[str, Sequence[Tier]],
    actor: User | None,
    ip_address: str | None,
) -> None:
    audit.record(
        verb=verb,
        object_type="pricelist",
        object_id=price_list.pk,
        object_name=str(price_list),
        actor=actor,
        customer=price_list.customer,
        ip_address=ip_address,
        after={kind: [list(tier) for tier in rows] for kind, rows in tiers.items()},
    )
