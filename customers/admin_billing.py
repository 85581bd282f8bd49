"""Operations pages about money: accounts with top-ups and packages, price lists, the ledger."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MinValueValidator
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.peers import address_of
from customers.admin_acts import Act, ActingAdmin
from customers.admin_base import ReadOnlyAdmin, staff_member
from customers.models import BillingAccount, Customer, LedgerEntry, Package, PriceList
from customers.models.billing import Kind
from customers.services.billing import accounts, packages, prices, purses
from customers.services.billing.accounts import CHARGE
from customers.services.billing.money import decimal_of, millionths, written


class ReasonForm(forms.Form):
    """Why it is done; the customer reads it in the ledger."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=accounts.REASON_LENGTH,
        help_text=_("The customer reads it in the ledger; the audit trail keeps it."),
    )


class BalanceForm(ReasonForm):
    """A top-up or a correction."""

    amount = forms.DecimalField(
        label=_("Amount"),
        max_digits=14,
        decimal_places=6,
        help_text=_("Less than 0 takes away, as a correction; never more than there is."),
    )
    field_order = ("amount", "reason")


class PackageForm(ReasonForm):
    """A package of message parts."""

    name = forms.CharField(label=_("Name"), max_length=64)
    kind = forms.ChoiceField(label=_("For"), choices=Kind.choices)
    parts = forms.IntegerField(label=_("Message parts"), min_value=1, max_value=2_147_483_647)
    valid_from = forms.DateTimeField(
        label=_("Valid from"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("A renewal begins when the package before it ends."),
    )
    expires_at = forms.DateTimeField(
        label=_("Valid until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    price = forms.DecimalField(
        label=_("Taken from the balance"),
        max_digits=14,
        decimal_places=6,
        initial=0,
        validators=[MinValueValidator(Decimal(0))],
    )
    field_order = ("name", "kind", "parts", "valid_from", "expires_at", "price", "reason")


class OpenForm(forms.Form):
    """The customer who gets a billing account."""

    customer = forms.ModelChoiceField(
        Customer.objects.filter(billing__isnull=True).order_by("name"), label=_("Customer")
    )


class PriceListForm(forms.Form):
    """Tiers from a month on; one line a tier: above how many parts, and the price of a part."""

    customer = forms.ModelChoiceField(
        Customer.objects.order_by("name"),
        label=_("Customer"),
        required=False,
        help_text=_("Empty for the prices of the platform."),
    )
    month = forms.DateField(
        label=_("From the month"),
        input_formats=["%Y-%m", "%Y-%m-%d"],
        widget=forms.TextInput(attrs={"placeholder": "2026-01"}),
    )
    industry = forms.CharField(label=Kind.INDUSTRY.label, widget=forms.Textarea(attrs={"rows": 4}))
    promotion = forms.CharField(
        label=Kind.PROMOTION.label,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One tier a line: above how many parts of the month, a blank, the price of a part. "
            "For example: 0 0.065, then 1000000 0.060, then 3000000 0.055."
        ),
    )

    def clean_industry(self) -> list[prices.Tier]:
        return _tiers(self.cleaned_data["industry"])

    def clean_promotion(self) -> list[prices.Tier]:
        return _tiers(self.cleaned_data["promotion"])


@admin.register(BillingAccount)
class BillingAccountAdmin(ActingAdmin, ReadOnlyAdmin):
    list_display = ("customer", "is_charged", "balance", "parts", "arrears_stage", "arrears_since")
    list_filter = ("is_charged", "arrears_stage")
    list_select_related = ("customer",)
    search_fields = ("customer__name", "customer__project_id")
    fields = (*list_display, "package_alarm", "balance_alarm_written", "created_at")
    readonly_fields = ("balance", "parts", "balance_alarm_written")
    acts = (
        Act(
            name="balance",
            title=_("Top up or correct the balance"),
            note=_("A top-up that covers what is missing ends arrears in the same moment."),
            done=_("The balance was changed."),
            form=BalanceForm,
            permission=CHARGE,
            carry_out=lambda account, *, amount, **values: accounts.change_balance(
                account=account, amount=millionths(amount), **values
            ),
        ),
        Act(
            name="package",
            title=_("Grant a package"),
            note=_("Its kind and its term never change afterwards, and it is not paid back."),
            done=_("The package was granted."),
            form=PackageForm,
            permission=CHARGE,
            carry_out=lambda account, *, price, **values: packages.grant_package(
                account=account, price=millionths(price), **values
            ),
        ),
        Act(
            name="begin",
            title=_("Begin to charge"),
            note=_("Sending stops when packages and balance are used up."),
            done=_("The customer is charged from now on."),
            form=ReasonForm,
            permission=CHARGE,
            carry_out=lambda account, **values: accounts.set_charging(
                account=account, is_charged=True, **values
            ),
            fits=lambda account: not account.is_charged,
        ),
        Act(
            name="end",
            title=_("Stop charging"),
            note=_("Packages and balance are kept; sending costs nothing."),
            done=_("The customer is not charged any more."),
            form=ReasonForm,
            permission=CHARGE,
            carry_out=lambda account, **values: accounts.set_charging(
                account=account, is_charged=False, **values
            ),
            fits=lambda account: account.is_charged,
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CHARGE)

    @admin.display(description=_("balance"))
    def balance(self, account: BillingAccount) -> str:
        return written(purses.balance_of(account))

    @admin.display(description=_("parts left in packages"))
    def parts(self, account: BillingAccount) -> str:
        left = account.purses.exclude(package=None).aggregate(left=Sum("amount"))["left"]
        return f"{left or 0:,}"

    @admin.display(description=_("balance alarm"))
    def balance_alarm_written(self, account: BillingAccount) -> str:
        return "–" if account.balance_alarm is None else written(account.balance_alarm)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Open the account of a customer who has none."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = OpenForm(request.POST or None, initial=_named(request))
        if form.is_valid():
            account = accounts.open_account(
                form.cleaned_data["customer"],
                actor=staff_member(request),
                ip_address=address_of(request),
            )
            return redirect("admin:customers_billingaccount_change", account.pk)
        title = _("Open a billing account")
        note = _("It is not charged at first. Set prices and top it up, then begin to charge.")
        return form_page(self, request, form, title, note)


@admin.register(PriceList)
class PriceListAdmin(ReadOnlyAdmin):
    list_display = ("month", "whose", "tiers")
    list_display_links = ("month", "whose")
    list_select_related = ("customer",)
    fields = ("month", "whose", "tiers", "created_at")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceList]:
        return super().get_queryset(request).prefetch_related("tiers")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CHARGE)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only a list that does not hold yet can be taken back."""
        return request.user.has_perm(CHARGE) and (obj is None or not prices.holds(obj))

    def delete_model(self, request: HttpRequest, obj: PriceList) -> None:
        prices.delete_list(
            price_list=obj, actor=staff_member(request), ip_address=address_of(request)
        )

    @admin.display(description=_("customer"))
    def whose(self, price_list: PriceList) -> str:
        return str(price_list.customer or gettext("All without prices of their own"))

    @admin.display(description=_("tiers"))
    def tiers(self, price_list: PriceList) -> SafeString:
        rows = (
            (tier.get_kind_display(), f"{tier.above:,}", written(tier.price))
            for tier in price_list.tiers.all()
        )
        return format_html_join("", "<div>{} · &gt; {} · {}</div>", rows)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PriceListForm(request.POST or None, initial=_named(request))
        if form.is_valid() and self._created(request, form):
            messages.success(request, gettext("The prices are set."))
            return redirect("admin:customers_pricelist_changelist")
        title = _("Set prices")
        note = _("They hold from the beginning of a month on, and are set a day ahead at least.")
        return form_page(self, request, form, title, note)

    def _created(self, request: HttpRequest, form: PriceListForm) -> bool:
        values = form.cleaned_data
        month: date = values["month"]
        try:
            prices.create_list(
                month=month,
                tiers={Kind.INDUSTRY: values["industry"], Kind.PROMOTION: values["promotion"]},
                customer=values["customer"],
                actor=staff_member(request),
                ip_address=address_of(request),
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            return False
        return True


@admin.register(Package)
class PackageAdmin(ReadOnlyAdmin):
    list_display = ("name", "account", "kind", "parts", "left", "valid_from", "expires_at")
    list_filter = ("kind",)
    list_select_related = ("account__customer",)
    search_fields = ("name", "account__customer__name")
    fields = (*list_display, "public_id", "created_at")
    readonly_fields = ("left",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Package]:
        found: QuerySet[Package] = super().get_queryset(request)
        return found.annotate(left_now=Sum("purses__amount"))

    @admin.display(description=_("left"))
    def left(self, package: Any) -> str:
        return f"{package.left_now:,}"


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "account", "type", "package", "parts", "change", "package_change")
    list_filter = ("type",)
    list_select_related = ("account__customer", "package")
    search_fields = ("account__customer__name", "reason")
    date_hierarchy = "at"
    show_full_result_count = False
    fields = (*list_display, "actor", "reason")
    readonly_fields = ("change",)

    @admin.display(description=_("change of the balance"))
    def change(self, entry: LedgerEntry) -> str:
        return f"{decimal_of(entry.amount):+,}" if entry.amount else "–"


def _named(request: HttpRequest) -> dict[str, Any]:
    """The customer whose page led here, to begin a form with."""
    return {"customer": request.GET.get("customer", "")}


def _tiers(text: str) -> list[prices.Tier]:
    """Read "above price" lines; raises ValidationError naming the line that is none."""
    tiers = []
    for line in filter(None, map(str.strip, text.splitlines())):
        above, _blank, price = line.partition(" ")
        try:
            tiers.append((int(above), millionths(Decimal(price.strip()))))
        except (ValueError, InvalidOperation, OverflowError):
            raise ValidationError(
                gettext("“%(line)s” is no tier. Write a number of parts, a blank and a price."),
                params={"line": line},
            ) from None
    return tiers


def form_page(
    page: ReadOnlyAdmin, request: HttpRequest, form: forms.Form, title: Any, note: Any
) -> HttpResponse:
    """The form of something that is going to be, on the page of acts."""
    opts = page.opts
    context = {
        **page.admin_site.each_context(request),
        "title": title,
        "opts": opts,
        "form": form,
        "act": {"title": title, "note": note},
        "subject": capfirst(opts.verbose_name_plural),
        "page": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "operations/act.html", context, status=status)
