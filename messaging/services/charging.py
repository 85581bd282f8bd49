"""Charge slices of messages as they are accepted, and book what was charged to the ledger.

A slice is paid in the statement that stores it, from one of the portions that its customer's
balance or package is kept in (`SQL` below); where no free portion can pay it, the account is
locked and what is left in all of them decides. So nobody ever sends more than is paid for, and
slices of one customer do not wait for each other (docs/decisions/0007).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from common.expiring import Expiring
from common.sql import only_row, slice_cursor
from customers.models import BillingAccount
from customers.models.billing import Kind
from customers.services.billing import ledger, purses
from customers.services.billing.ledger import Use
from customers.services.billing.money import written
from customers.services.billing.prices import bounds, month_of, prices_for
from customers.services.billing.purses import Share
from messaging.models.ids import live
from reviews.models.kinds import MessageType

_INDUSTRY, _PROMOTION = Kind.INDUSTRY.value, Kind.PROMOTION.value

SLICE = 5000
BOOKED_LATE = timedelta(days=35)
"""Charges are looked for so many days back: longer than any worker stays away."""


class NotPaid(Refusal):
    """What is left does not cover a slice; nothing of it was stored (`E000112`)."""

    def __init__(self, *, parts: int, price: int) -> None:
        super().__init__(
            "not_paid",
            _(
                "Packages and balance do not cover %(parts)d message parts at %(price)s each. "
                "Top up and send it again."
            ),
            permanent=False,
            params={"parts": parts, "price": written(price)},
        )


@dataclass(frozen=True, slots=True)
class Bill:
    """What a slice costs: `parts` at `price` millionths, unless a package pays for them."""

    account_id: int
    kind: str
    parts: int
    price: int


@dataclass(frozen=True, slots=True)
class _Terms:
    """How a customer is charged until the month ends, as this process remembers it for seconds."""

    account: BillingAccount
    prices: Mapping[str, int]
    """The price of the first tier by kind."""
    until: datetime


# The first package that has anything left is the only one to pay; else the balance. Portions that
# another slice is being paid from are passed over.
SQL = """
paid AS (
    UPDATE customers_purse
    SET amount = amount - CASE WHEN package_id IS NULL THEN %(cost)s::bigint
                               ELSE %(due)s::bigint END
    WHERE id = (
        SELECT id FROM customers_purse
        WHERE account_id = %(account)s::bigint
          AND package_id IS NOT DISTINCT FROM (
              SELECT package_id FROM customers_purse
              WHERE account_id = %(account)s::bigint AND kind = %(kind)s::text AND amount > 0
                AND valid_from <= %(now)s::timestamptz AND expires_at > %(now)s::timestamptz
              ORDER BY expires_at, package_id LIMIT 1
          )
          AND amount >= CASE WHEN package_id IS NULL THEN %(cost)s::bigint
                             ELSE %(due)s::bigint END
        LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    )
    RETURNING package_id
), charge AS (
    INSERT INTO messaging_charge
        (request_id, position, account_id, package_id, kind, application_id, message_type, parts,
         amount, charged_at)
    SELECT %(id)s::bigint, 1, %(account)s::bigint, package_id, %(kind)s::text,
           %(application)s::bigint, %(type)s::text, %(due)s::integer,
           CASE WHEN package_id IS NULL THEN %(cost)s::bigint ELSE 0 END, %(now)s::timestamptz
    FROM paid
)"""
"""Common table expressions that pay a slice: `paid` has one row, or none when it was not paid."""

_CHARGE = """
INSERT INTO messaging_charge
    (request_id, position, account_id, package_id, kind, application_id, message_type, parts,
     amount, charged_at)
SELECT %(id)s::bigint, position, %(account)s::bigint, package_id, %(kind)s::text,
       %(application)s::bigint, %(type)s::text, parts, amount, %(now)s::timestamptz
FROM unnest(%(packages)s::bigint[], %(parts)s::integer[], %(amounts)s::bigint[])
     WITH ORDINALITY AS share (package_id, parts, amount, position)
"""


def kind_of(message_type: str) -> str:
    """The kind of traffic that a type of message is priced and packaged as."""
    return _PROMOTION if message_type == MessageType.PROMOTION else _INDUSTRY


def is_charged(customer_id: int) -> bool:
    """Whether sending costs this customer anything; known for `SMS_CREDENTIAL_CACHE_S`."""
    return _terms.get(customer_id) is not None


def bill(*, customer_id: int, message_type: str, parts: int, moment: datetime) -> Bill | None:
    """What so many parts cost a customer; None for one who is not charged, or for no parts."""
    terms = _terms.get(customer_id)
    if terms is not None and moment >= terms.until:  # remembered in the month before
        terms = _load(customer_id)
    if terms is None or not parts:
        return None
    kind = kind_of(message_type)
    return Bill(terms.account.pk, kind, parts, terms.prices[kind])


def columns(bill: Bill) -> dict[str, Any]:
    """The parameters of `SQL` beside those of the statement that stores the slice."""
    return {
        "account": bill.account_id,
        "kind": bill.kind,
        "due": bill.parts,
        "cost": bill.parts * bill.price,
    }


def refuse_unless_covered(bill: Bill, *, moment: datetime) -> None:
    """Raise `NotPaid` where all that is left together is too little: looked up without a lock."""
    with slice_cursor() as cursor:
        cursor.execute(_COVER, {"account": bill.account_id, "kind": bill.kind, "now": moment})
        balance, parts = only_row(cursor)
    if (bill.parts - int(parts or 0)) * bill.price > int(balance or 0):
        raise _not_paid(bill)


def lock_account(bill: Bill) -> None:
    """Lock the account, as whoever is going to hold more than one portion must."""
    purses.lock(BillingAccount(pk=bill.account_id))


def pay_together(bill: Bill, *, moment: datetime) -> list[Share]:
    """Pay a slice from all portions, with the account locked; call inside its transaction.

    Raises `NotPaid` when they do not cover it.
    """
    shares = purses.take(
        account_id=bill.account_id,
        kind=bill.kind,
        parts=bill.parts,
        price=bill.price,
        moment=moment,
    )
    if shares is None:
        raise _not_paid(bill)
    return shares


def record(shares: Sequence[Share], bill: Bill, stored: dict[str, Any]) -> None:
    """Write down who paid a request that was stored with the parameters `stored`."""
    with slice_cursor() as cursor:
        cursor.execute(
            _CHARGE,
            {name: stored[name] for name in ("id", "application", "type", "now")}
            | {
                "account": bill.account_id,
                "kind": bill.kind,
                "packages": [share.package_id for share in shares],
                "parts": [share.parts for share in shares],
                "amounts": [share.amount for share in shares],
            },
        )


def lock(customer_id: int) -> None:
    """Lock all that a charged customer has, before a call that stores several requests.

    Between two of them it holds portions, and the row that counts its traffic: it must not have to
    wait for a portion then.
    """
    if terms := _terms.get(customer_id):
        purses.lock_all(terms.account)


def forget() -> None:
    """Drop what this process remembers of who is charged and how."""
    _terms.clear()


_COVER = """
SELECT sum(CASE WHEN package_id IS NULL THEN amount ELSE 0 END),
       sum(CASE WHEN package_id IS NULL THEN 0 ELSE amount END)
FROM customers_purse
WHERE account_id = %(account)s AND (package_id IS NULL OR (kind = %(kind)s
      AND valid_from <= %(now)s AND expires_at > %(now)s))
"""


def _not_paid(bill: Bill) -> NotPaid:
    return NotPaid(parts=bill.parts, price=bill.price)


def _load(customer_id: int) -> _Terms | None:
    account = (
        BillingAccount.objects.filter(customer_id=customer_id, is_charged=True)
        .select_related("customer")
        .first()
    )
    if account is None:
        return None
    month = month_of(now())
    prices = prices_for(account.customer, month)
    if prices is None:  # charging begins with prices, and lists that hold are never deleted
        raise LookupError(f"no prices for {month:%Y-%m}")
    _, until = bounds(month)
    return _Terms(account, {kind.value: prices.first(kind) for kind in Kind}, until)


_terms = Expiring(_load, lifetime_s=lambda: float(settings.SMS_CREDENTIAL_CACHE_S))


_HAS_UNBOOKED = """
SELECT EXISTS (
    SELECT FROM messaging_charge
    WHERE NOT is_booked AND request_id BETWEEN %(floor)s AND %(ceiling)s
) OR EXISTS (SELECT FROM messaging_credit)
"""

_TAKE_CHARGES = """
WITH taken AS (
    SELECT request_id, position FROM messaging_charge
    WHERE NOT is_booked AND request_id BETWEEN %(floor)s AND %(ceiling)s
    ORDER BY request_id LIMIT %(slice)s FOR UPDATE SKIP LOCKED
), booked AS (
    UPDATE messaging_charge AS charge SET is_booked = true FROM taken
    WHERE charge.request_id = taken.request_id AND charge.position = taken.position
      AND charge.request_id BETWEEN %(floor)s AND %(ceiling)s
    RETURNING charge.*
)
SELECT account_id, package_id, kind, application_id, message_type,
       date_trunc('hour', charged_at, %(zone)s), sum(parts)::bigint, sum(amount)::bigint, count(*)
FROM booked GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1
"""

_TAKE_CREDITS = """
WITH owed AS (
    SELECT credit.id, credit.request_id FROM messaging_credit AS credit
    WHERE NOT EXISTS (
        SELECT FROM messaging_charge AS charge
        WHERE charge.request_id = credit.request_id AND NOT charge.is_booked
          AND charge.request_id BETWEEN %(floor)s AND %(ceiling)s
    )
    ORDER BY credit.request_id LIMIT %(slice)s FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM messaging_credit USING owed WHERE messaging_credit.id = owed.id
    RETURNING messaging_credit.request_id, messaging_credit.parts
), due AS (
    SELECT request_id, sum(parts)::bigint AS parts FROM gone GROUP BY request_id
), share AS (
    SELECT charge.request_id, charge.position, charge.parts - charge.credited AS open, due.parts,
           sum(charge.parts - charge.credited) OVER (
               PARTITION BY charge.request_id ORDER BY charge.position DESC) AS through
    FROM messaging_charge AS charge JOIN due ON due.request_id = charge.request_id
    WHERE charge.request_id BETWEEN %(floor)s AND %(ceiling)s
), given AS (
    SELECT request_id, position,
           GREATEST(0, LEAST(open, parts - (through - open))) AS parts FROM share
), credited AS (
    UPDATE messaging_charge AS charge SET credited = charge.credited + given.parts
    FROM given
    WHERE charge.request_id = given.request_id AND charge.position = given.position
      AND given.parts > 0 AND charge.request_id BETWEEN %(floor)s AND %(ceiling)s
    RETURNING charge.account_id, charge.package_id, charge.kind, charge.application_id,
              charge.message_type, charge.charged_at, given.parts
)
SELECT account_id, package_id, kind, application_id, message_type,
       date_trunc('hour', charged_at, %(zone)s), sum(parts)::bigint, 0::bigint, count(*)
FROM credited GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1
"""


def has_unbooked() -> bool:
    """Whether charges or credits wait to be booked."""
    with slice_cursor() as cursor:
        cursor.execute(live(_HAS_UNBOOKED, BOOKED_LATE))
        return bool(only_row(cursor)[0])


def book() -> int:
    """Book charges, then credits, until none are left; return how many requests that were.

    One process books at a time: another one that is called meanwhile leaves it to the first.
    """
    return _book(_TAKE_CHARGES, ledger.book_sending) + _book(_TAKE_CREDITS, ledger.book_credits)


def _book(statement: str, book_uses: Any) -> int:
    done = 0
    while True:
        with transaction.atomic():
            count = _book_slice(statement, book_uses)
        done += count
        if count < SLICE:
            return done


def _book_slice(statement: str, book_uses: Any) -> int:
    with slice_cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('messaging_book'))")
        if not only_row(cursor)[0]:
            return 0
        cursor.execute(
            live(statement, BOOKED_LATE), {"slice": SLICE, "zone": settings.SMS_TIME_ZONE}
        )
        rows = cursor.fetchall()
    by_account: dict[int, list[Use]] = {}
    for account_id, package_id, kind, application_id, type_, hour, parts, held, _count in rows:
        use = Use(
            package_id=package_id,
            kind=kind,
            application_id=application_id,
            message_type=type_,
            charged_at=hour,
            parts=parts,
            held=held,
        )
        by_account.setdefault(account_id, []).append(use)
    accounts = BillingAccount.objects.select_related("customer").in_bulk(by_account)
    for account_id in sorted(by_account):
        book_uses(accounts[account_id], by_account[account_id])
    return sum(row[-1] for row in rows)
