"""Operations pages about what customers buy: packages on sale, and orders to confirm."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.validators import MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.peers import address_of
from customers.admin_acts import Act, ActingAdmin
from customers.admin_base import ReadOnlyAdmin, staff_member
from customers.admin_billing import form_page
from customers.models import Offer, Purchase
from customers.models.billing import Kind
from customers.services.billing import accounts, offers, purchases
from customers.services.billing.accounts import CHARGE
from customers.services.billing.money import millionths, written


class OfferForm(forms.Form):
    """A package to put on sale."""

    name = forms.CharField(label=_("Name"), max_length=64)
    kind = forms.ChoiceField(label=_("For"), choices=Kind.choices)
    parts = forms.IntegerField(label=_("Message parts"), min_value=1, max_value=2_147_483_647)
    price = forms.DecimalField(
        label=_("Price"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    days = forms.IntegerField(
        label=_("Valid for days"), min_value=1, max_value=offers.LONGEST_TERM, initial=365
    )


class SettleForm(forms.Form):
    """Why an order is settled so; the customer reads it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=accounts.REASON_LENGTH,
        help_text=_("Such as the number of the transfer. The customer reads it with the order."),
    )


@admin.register(Offer)
class OfferAdmin(ActingAdmin, ReadOnlyAdmin):
    """Packages on sale. They are never changed: take one off sale and put a new one there."""

    list_display = ("name", "kind", "parts", "price_written", "days", "is_on_sale")
    list_filter = ("is_on_sale", "kind")
    search_fields = ("name",)
    fields = (*list_display, "created_at")
    readonly_fields = ("price_written",)
    acts = (
        Act(
            name="withdraw",
            title=_("Take it off sale"),
            note=_("Nobody can order it any more. Orders that were made stay as they are."),
            done=_("It is off sale."),
            form=forms.Form,
            permission=CHARGE,
            carry_out=lambda offer, **values: offers.switch_offer(
                offer=offer, is_on_sale=False, **values
            ),
            fits=lambda offer: offer.is_on_sale,
        ),
        Act(
            name="offer",
            title=_("Put it on sale again"),
            note=_("It is offered to all customers who have a billing account."),
            done=_("It is on sale."),
            form=forms.Form,
            permission=CHARGE,
            carry_out=lambda offer, **values: offers.switch_offer(
                offer=offer, is_on_sale=True, **values
            ),
            fits=lambda offer: not offer.is_on_sale,
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CHARGE)

    @admin.display(description=_("price"), ordering="price")
    def price_written(self, offer: Offer) -> str:
        return written(offer.price)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = OfferForm(request.POST or None)
        if form.is_valid() and self._created(request, form):
            messages.success(request, gettext("The package is on sale."))
            return redirect("admin:customers_offer_changelist")
        title = _("Put a package on sale")
        note = _("What it says never changes. A new price is a new package.")
        return form_page(self, request, form, title, note)

    def _created(self, request: HttpRequest, form: OfferForm) -> bool:
        values = form.cleaned_data
        try:
            offers.create_offer(
                **values | {"price": millionths(values["price"])},
                actor=staff_member(request),
                ip_address=address_of(request),
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            return False
        return True


@admin.register(Purchase)
class PurchaseAdmin(ActingAdmin, ReadOnlyAdmin):
    """Orders of all customers; those that are paid outside of the platform are confirmed here."""

    list_display = ("number", "customer", "what", "name", "price_written", "provider", "state")
    list_filter = ("state", "provider", "what")
    list_select_related = ("account__customer",)
    search_fields = ("account__customer__name", "name", "public_id", "reason")
    date_hierarchy = "ordered_at"
    show_full_result_count = False
    fields = (
        *list_display,
        "kind",
        "parts",
        "days",
        "is_renewal",
        "ordered_by",
        "ordered_at",
        "settled_by",
        "settled_at",
        "reason",
        "granted",
        "entry",
    )
    readonly_fields = ("number", "customer", "price_written")
    acts = (
        Act(
            name="confirm",
            title=_("Confirm the payment"),
            note=_("The package or the top-up is booked at once, and the owners are told."),
            done=_("The order is paid and booked."),
            form=SettleForm,
            permission=CHARGE,
            carry_out=lambda purchase, **values: purchases.confirm(purchase=purchase, **values),
            fits=lambda purchase: purchase.is_open,
        ),
        Act(
            name="refuse",
            title=_("Refuse the order"),
            note=_("Nothing is booked. The owners are told the reason."),
            done=_("The order is refused."),
            form=SettleForm,
            permission=CHARGE,
            carry_out=lambda purchase, **values: purchases.refuse(purchase=purchase, **values),
            fits=lambda purchase: purchase.is_open,
        ),
    )

    @admin.display(description=_("order"), ordering="pk")
    def number(self, purchase: Purchase) -> str:
        return purchase.number

    @admin.display(description=_("customer"), ordering="account__customer__name")
    def customer(self, purchase: Purchase) -> str:
        return purchase.account.customer.name

    @admin.display(description=_("price"), ordering="price")
    def price_written(self, purchase: Purchase) -> str:
        return written(purchase.price)
