"""Packages on sale: what they say never changes, they are put on sale and taken off."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Offer, User
from customers.models.billing import Kind
from customers.services import audit

from .money import written

LONGEST_TERM = 3650
"""Days."""


@transaction.atomic
def create_offer(
    *,
    name: str,
    kind: str,
    parts: int,
    price: int,
    days: int,
    actor: User | None,
    ip_address: str | None = None,
) -> Offer:
    """Put a package on sale: so many parts for `price` millionths, valid for `days` once bought.

    Refuses an empty name, an unknown kind, and parts, prices or terms that are none.
    """
    name = name.strip()
    if not name:
        raise Refusal("offer_name", _("Write a name: customers choose by it."), field="name")
    if kind not in Kind:
        raise Refusal("offer_kind", _("Choose what it is for."), field="kind")
    if parts <= 0:
        raise Refusal("package_parts", _("A package has at least one part."), field="parts")
    if price <= 0:
        raise Refusal(
            "offer_price",
            _("A package on sale has a price. Grant it instead if it costs nothing."),
            field="price",
        )
    if not 1 <= days <= LONGEST_TERM:
        raise Refusal(
            "offer_term",
            _("It is valid for 1 to %(most)s days."),
            field="days",
            params={"most": LONGEST_TERM},
        )
    offer = Offer.objects.create(name=name, kind=kind, parts=parts, price=price, days=days)
    _record("create", offer, actor, ip_address)
    return offer


@transaction.atomic
def switch_offer(
    *, offer: Offer, is_on_sale: bool, actor: User | None, ip_address: str | None = None
) -> None:
    """Take an offer off sale, or put it on sale again; orders that were made stay as they are."""
    if Offer.objects.filter(pk=offer.pk, is_on_sale=not is_on_sale).update(is_on_sale=is_on_sale):
        offer.is_on_sale = is_on_sale
        _record("set_on_sale", offer, actor, ip_address)


def _record(verb: str, offer: Offer, actor: User | None, ip_address: str | None) -> None:
    audit.record(
        verb=verb,
        object_type="offer",
        object_id=offer.pk,
        object_name=offer.name,
        actor=actor,
        ip_address=ip_address,
        after={
            "parts": offer.parts,
            "kind": offer.kind,
            "price": written(offer.price),
            "days": offer.days,
            "on_sale": offer.is_on_sale,
        },
    )
