"""Orders of customers: for a package on sale or a top-up, paid by a payment method once.

An order and what it leads to are one transaction with the account locked: whoever confirms, cancels
or sends the same form again meanwhile waits, and then finds it settled.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers import payments
from customers.models import (
    BillingAccount,
    Customer,
    LedgerEntry,
    Notice,
    Offer,
    Package,
    Purchase,
    User,
)
from customers.services import audit
from customers.services.enforcement import require
from customers.services.notices import announce

from . import arrears, ledger, packages, purses
from .accounts import CHARGE, require_reason
from .money import MILLION, written

LEAST_TOP_UP = MILLION
MOST_TOP_UP = 1_000_000 * MILLION
"""Millionths; more than this is agreed with operations."""
MOST_OPEN = 10
"""Orders of an account that wait for their payment."""

State = Purchase.State
What = Purchase.What


@transaction.atomic
def order_package(
    *,
    account: BillingAccount,
    offer: Offer,
    provider: str,
    key: UUID,
    is_renewal: bool = False,
    actor: User,
    ip_address: str | None = None,
) -> Purchase:
    """Order a package on sale; paid at once where the method can, else it waits for the payment.

    The method `payments.BALANCE` takes the price from the balance in the same transaction, and is
    refused with the missing amount, field `provider`, when there is too little. `key` was made with
    the form: a second call with it returns the first one's order. With
    `is_renewal` the package begins when the last one of its kind ends. A refused payment is an
    order in state `REFUSED` with the reason. Refuses an offer that is off sale, a method that is
    not offered, a business that was closed, and an eleventh order while ten wait.
    """
    if found := _found(account, key):
        return found
    offer = Offer.objects.get(pk=offer.pk)
    if not offer.is_on_sale:
        raise Refusal("offer_off_sale", _("This package is not on sale any more. Choose another."))
    fields = {each: getattr(offer, each) for each in ("name", "kind", "parts", "days", "price")}
    order = Purchase(what=What.PACKAGE, is_renewal=is_renewal, **fields)
    method = payments.offered_named(provider, payments.offered_for_packages())
    return _place(order, account, method, key, actor, ip_address)


@transaction.atomic
def order_top_up(
    *,
    account: BillingAccount,
    amount: int,
    provider: str,
    key: UUID,
    actor: User,
    ip_address: str | None = None,
) -> Purchase:
    """Order `amount` millionths for the balance; else as `order_package`.

    Refuses amounts below `LEAST_TOP_UP` and above `MOST_TOP_UP`, too.
    """
    if found := _found(account, key):
        return found
    if not LEAST_TOP_UP <= amount <= MOST_TOP_UP:
        raise Refusal(
            "top_up_amount",
            _("%(amount)s cannot be topped up here: choose %(least)s to %(most)s."),
            field="amount",
            params={
                "amount": written(amount),
                "least": written(LEAST_TOP_UP),
                "most": written(MOST_TOP_UP),
            },
        )
    order = Purchase(what=What.TOP_UP, price=amount)
    return _place(order, account, payments.offered_named(provider), key, actor, ip_address)


@transaction.atomic
def confirm(
    *, purchase: Purchase, reason: str, actor: User | None, ip_address: str | None = None
) -> Purchase:
    """Say that an order was paid: book it and tell the owners. `actor` None for a provider.

    Refuses a missing reason, an order that is paid, refused or cancelled already, and people
    without the right or who belong to the customer.
    """
    reason = require_reason(reason)
    require(actor, CHARGE, purchase.account.customer)
    purchase = _waiting(purchase)
    _pay(purchase, reason, actor, ip_address)
    _tell(purchase, Notice.Event.PURCHASE_PAID, reason)
    return purchase


@transaction.atomic
def refuse(
    *, purchase: Purchase, reason: str, actor: User | None, ip_address: str | None = None
) -> Purchase:
    """Say that an order is not going to be paid, and tell the owners why. Refuses as `confirm`."""
    reason = require_reason(reason)
    require(actor, CHARGE, purchase.account.customer)
    purchase = _waiting(purchase)
    _settle(purchase, State.REFUSED, reason, actor, ip_address)
    _tell(purchase, Notice.Event.PURCHASE_REFUSED, reason)
    return purchase


@transaction.atomic
def cancel(*, purchase: Purchase, actor: User, ip_address: str | None = None) -> Purchase:
    """Take back an order that waits for its payment, as its customer. Refuses a settled one."""
    purchase = _waiting(purchase)
    _settle(purchase, State.CANCELLED, "", actor, ip_address)
    return purchase


def _found(account: BillingAccount, key: UUID) -> Purchase | None:
    """Lock the account; the order that this form has led to before, if any."""
    purses.lock(account)
    return Purchase.objects.filter(account=account, key=key).first()


def _place(
    purchase: Purchase,
    account: BillingAccount,
    method: payments.Provider,
    key: UUID,
    actor: User,
    ip_address: str | None,
) -> Purchase:
    if account.customer.frozen_cause == Customer.FrozenCause.CLOSURE:
        raise Refusal(
            "account_closed",
            _("This business was closed: nothing is sent, so nothing is sold."),
        )
    if account.purchases.unpaid().count() >= MOST_OPEN:
        raise Refusal(
            "orders_open",
            _("%(most)s orders wait for their payment. Pay or cancel one of them first."),
            params={"most": MOST_OPEN},
            permanent=False,
        )
    purchase.account, purchase.provider, purchase.key = account, method.code, key
    purchase.ordered_by, purchase.ordered_at = actor, now()
    purchase.save()
    _record("order", purchase, actor, ip_address)
    try:
        is_paid = method.collect(purchase.price)
    except Refusal as refusal:
        _settle(purchase, State.REFUSED, str(refusal), None, None)
    else:
        if is_paid:
            _pay(purchase, "", None, None)
    return purchase


def _waiting(purchase: Purchase) -> Purchase:
    """The order as it is now, with its account locked; refuses one that is settled."""
    purses.lock(BillingAccount(pk=purchase.account_id))
    purchase = Purchase.objects.select_related("account__customer").get(pk=purchase.pk)
    if not purchase.is_open:
        raise Refusal(
            "order_settled",
            _("The order %(number)s is settled already: %(state)s."),
            params={"number": purchase.number, "state": purchase.get_state_display()},
        )
    return purchase


def _pay(purchase: Purchase, reason: str, actor: User | None, ip_address: str | None) -> None:
    purchase.entry = _BOOKED[What(purchase.what)](purchase, actor)
    _settle(purchase, State.PAID, reason, actor, ip_address)
    arrears.review(purchase.account, now())


def _book_top_up(purchase: Purchase, actor: User | None) -> LedgerEntry:
    purses.change_balance(purchase.account, purchase.price)
    return ledger.enter(
        purchase.account,
        LedgerEntry.Type.TOP_UP,
        amount=purchase.price,
        actor=actor,
        reason=purchase.number,
    )


def _book_package(purchase: Purchase, actor: User | None) -> LedgerEntry:
    paid = purchase.price if purchase.provider == payments.BALANCE.code else 0
    if paid and not purses.change_balance(purchase.account, -paid):
        raise _shortage(purchase)
    begins = packages.next_beginning(purchase.account, purchase.kind)
    begins = begins if purchase.is_renewal else now()
    purchase.granted = Package(
        account=purchase.account,
        name=purchase.name,
        kind=purchase.kind,
        parts=purchase.parts,
        valid_from=begins,
        expires_at=begins + timedelta(days=purchase.days),
    )
    reason = f"{purchase.number} · {written(purchase.price)}"
    return packages.fill(
        purchase.granted, LedgerEntry.Type.PURCHASE, amount=-paid, actor=actor, reason=reason
    )


def _shortage(purchase: Purchase) -> Refusal:
    left = purses.balance_of(purchase.account)
    return Refusal(
        "balance_short",
        _(
            "The balance is %(left)s: %(missing)s are missing for this package. Top up, or choose "
            "another payment method."
        ),
        field="provider",
        params={"left": written(left), "missing": written(purchase.price - left)},
        permanent=False,
    )


_BOOKED: dict[What, Callable[[Purchase, User | None], LedgerEntry]] = {
    What.PACKAGE: _book_package,
    What.TOP_UP: _book_top_up,
}


def _settle(
    purchase: Purchase, state: State, reason: str, actor: User | None, ip_address: str | None
) -> None:
    if state not in Purchase.NEXT[purchase.state]:
        raise ValueError(f"an order does not go from {purchase.state} to {state}")
    purchase.state, purchase.reason = state, reason[:255]
    purchase.settled_by, purchase.settled_at = actor, now()
    purchase.save()
    _record(_VERBS[state], purchase, actor, ip_address, reason)


_VERBS = {State.PAID: "confirm_payment", State.REFUSED: "refuse_payment", State.CANCELLED: "cancel"}


def _tell(purchase: Purchase, event: Notice.Event, reason: str) -> None:
    announce(
        customer=purchase.account.customer,
        event=event,
        object_type="billing-order",
        object_id=purchase.public_id,
        params={"name": purchase.number, "reason": reason},
    )


def _record(
    verb: str, purchase: Purchase, actor: User | None, ip_address: str | None, reason: str = ""
) -> None:
    after: dict[str, Any] = {
        "what": purchase.name or purchase.what,
        "price": written(purchase.price),
        "payment": purchase.provider,
        "state": purchase.state,
    }
    audit.record(
        verb=verb,
        object_type="purchase",
        object_id=str(purchase.public_id),
        object_name=purchase.number,
        actor=actor,
        customer=purchase.account.customer,
        ip_address=ip_address,
        after=after,
        reason=reason,
    )
