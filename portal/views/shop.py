"""Buying packages, topping up, and the orders that come of it (spec console §12)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from common.peers import address_of
from customers import payments
from customers.models import Offer, Purchase
from customers.services.billing import packages, purchases, purses
from portal.access import MemberRequest, for_managers, for_members
from portal.billing import account_or_404
from portal.forms.shop import PackageOrderForm, TopUpForm
from portal.refusals import refused_into, told
from portal.shop import obstacle_to_buying
from portal.tables.shop import PurchaseTable


@for_members
def offers(request: MemberRequest) -> HttpResponse:
    account_or_404(request)
    context = {
        "offers": Offer.objects.on_sale(),
        "obstacle": obstacle_to_buying(request.customer),
    }
    return render(request, "portal/billing/offers.html", context)


@for_managers
def buy(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Say what is bought and how it is paid; order it when that is confirmed."""
    account = account_or_404(request)
    offer = get_object_or_404(Offer.objects.on_sale(), public_id=public_id)
    form = PackageOrderForm(
        request.POST or None,
        customer=request.customer,
        renewal=packages.next_beginning(account, offer.kind),
        balance=purses.balance_of(account),
    )
    if form.is_valid():
        with refused_into(form):
            if obstacle := obstacle_to_buying(request.customer):
                raise obstacle
            purchase = purchases.order_package(
                account=account,
                offer=offer,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            return _ordered(request, purchase)
    context = {
        "form": form,
        "offer": offer,
        "obstacle": obstacle_to_buying(request.customer),
    }
    return render(request, "portal/billing/buy.html", context, status=422 if form.errors else 200)


@for_managers
def top_up(request: MemberRequest) -> HttpResponse:
    """Ask how much; say what is paid by which method; order it when that is confirmed."""
    account = account_or_404(request)
    form = TopUpForm(request.POST or None, customer=request.customer)
    if form.is_valid() and "confirmed" in request.POST:
        with refused_into(form):
            purchase = purchases.order_top_up(
                account=account,
                amount=form.amount_millionths,
                provider=form.cleaned_data["provider"],
                key=form.cleaned_data["key"],
                actor=request.user,
                ip_address=address_of(request),
            )
            return _ordered(request, purchase)
    context = {"form": form, "balance": purses.balance_of(account)}
    if form.is_valid() and "change" not in request.POST:
        return render(request, "portal/billing/top_up_confirm.html", context)
    status = 422 if form.errors else 200
    return render(request, "portal/billing/top_up.html", context, status=status)


@for_members
def orders(request: MemberRequest) -> HttpResponse:
    account_or_404(request)
    table = PurchaseTable(Purchase.objects.for_customer(request.customer))
    RequestConfig(request, paginate={"per_page": 20}).configure(table)
    return render(request, "portal/billing/orders.html", {"table": table})


@for_members
def order(request: MemberRequest, public_id: UUID) -> HttpResponse:
    purchase = _find(request, public_id)
    context = {"order": purchase, "method": payments.provider_named(purchase.provider)}
    return render(request, "portal/billing/order.html", context)


@require_POST
@for_managers
def cancel(request: MemberRequest, public_id: UUID) -> HttpResponse:
    with told(request, _("The order was cancelled.")):
        purchases.cancel(
            purchase=_find(request, public_id), actor=request.user, ip_address=address_of(request)
        )
    return redirect("portal:billing-order-detail", public_id)


def _ordered(request: MemberRequest, purchase: Purchase) -> HttpResponse:
    if purchase.state == Purchase.State.PAID:
        messages.success(request, _("Paid and booked: you can send with it now."))
    elif purchase.is_open:
        messages.info(request, _("The order was placed and waits for your payment."))
    return redirect("portal:billing-order-detail", purchase.public_id)


def _find(request: MemberRequest, public_id: UUID) -> Purchase:
    own = Purchase.objects.for_customer(request.customer).select_related(
        "granted", "ordered_by", "settled_by"
    )
    return get_object_or_404(own, public_id=public_id)
