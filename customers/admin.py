"""Operations pages about customers, their people and their applications."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.peers import address_of
from customers.admin_acts import Act, ActingAdmin
from customers.admin_base import AuditedAdmin, ReadOnlyAdmin, staff_member
from customers.admin_billing import BillingAccountAdmin
from customers.admin_enforcement import (
    APPLICATION_ACTS,
    CUSTOMER_ACTS,
    NAMING_APPLICATIONS,
    PenaltyAdmin,
)
from customers.admin_factors import AuthenticatorAdmin
from customers.admin_forms import MembershipForm, NewUserForm, OpenCustomerForm
from customers.admin_money_panel import money
from customers.admin_notices import ContactAdmin, DeliveryAdmin
from customers.admin_shop import OfferAdmin, PurchaseAdmin
from customers.admin_tickets import TicketAdmin
from customers.models import (
    AccessKey,
    Application,
    AuditEvent,
    Customer,
    Membership,
    User,
)
from customers.panels import panels_of
from customers.services.accounts import open_customer

__all__ = [
    "AuthenticatorAdmin",
    "BillingAccountAdmin",
    "ContactAdmin",
    "DeliveryAdmin",
    "OfferAdmin",
    "PenaltyAdmin",
    "PurchaseAdmin",
    "TicketAdmin",
    "money",
]

# Pages that libraries bring along: groups get the audited one below, e-mail addresses are users'.
admin.site.unregister((Group, EmailAddress))


@admin.register(Customer)
class CustomerAdmin(ActingAdmin, AuditedAdmin):
    list_display = ("name", "status", "service", "application_count", "created_at")
    list_filter = ("status", "service")
    search_fields = ("name", "project_id")
    fields = ("name", "country", "service")
    acts = CUSTOMER_ACTS
    change_form_template = "operations/customer.html"

    def act_form_options(self, act: Act, subject: Customer) -> dict[str, Any]:
        return {"customer": subject} if act.name in NAMING_APPLICATIONS else {}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show everything about the customer above the few fields that are changed here."""
        subject = context.get("original")
        extra = {"panels": panels_of(subject, staff_member(request))} if subject else {}
        return super().render_change_form(request, context | extra, *args, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        customers: QuerySet[Customer] = super().get_queryset(request)
        return customers.annotate(applications_now=Count("applications"))

    @admin.display(description=_("applications"), ordering="applications_now")
    def application_count(self, customer: Customer) -> int:
        return customer.applications_now  # type: ignore[attr-defined,no-any-return]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Open an account with its owner through the service, not as a bare row."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = OpenCustomerForm(request.POST or None)
        if form.is_valid():
            try:
                customer = open_customer(
                    **form.cleaned_data, actor=staff_member(request), ip_address=address_of(request)
                )
            except Refusal as refusal:
                form.add_error(refusal.field, str(refusal))
            else:
                messages.success(
                    request, gettext("The account of %(name)s is open.") % {"name": customer.name}
                )
                return redirect("admin:customers_customer_change", customer.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Open a customer account"),
            "opts": self.opts,
            "form": form,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "operations/open_customer.html", context, status=status)


@admin.register(User)
class UserAdmin(AuditedAdmin, BaseUserAdmin):  # type: ignore[type-arg]
    list_display = ("email", "full_name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email", "full_name")
    ordering = ("email",)
    filter_horizontal = ("groups",)
    readonly_fields = ("last_login", "date_joined")
    add_form = NewUserForm
    fieldsets = (
        (None, {"fields": ("email", "full_name", "language", "password")}),
        (_("Operations team"), {"fields": ("is_staff", "groups", "is_superuser")}),
        (_("Access"), {"fields": ("is_active", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "full_name", "usable_password", "password1", "password2")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only an administrator makes operations managers and administrators."""
        if staff_member(request).is_superuser:
            return self.readonly_fields
        return (*self.readonly_fields, "is_staff", "groups", "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody but an administrator changes one: a password set here would be a way up."""
        if obj is not None and obj.is_superuser and not staff_member(request).is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,
        form_url: str = "",
    ) -> HttpResponse:
        response = super().user_change_password(request, id, form_url)
        if response.status_code == 302:
            self.record(request, "change password", User.objects.get(pk=id))
        return response


@admin.register(Group)
class GroupAdmin(AuditedAdmin, BaseGroupAdmin):
    """Roles of the operations team."""


@admin.register(Membership)
class MembershipAdmin(AuditedAdmin):
    list_display = ("user", "customer", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("user", "customer")
    search_fields = ("user__email", "user__full_name", "customer__name")
    autocomplete_fields = ("user", "customer")
    fields = ("customer", "user", "role")
    form = MembershipForm


@admin.register(Application)
class ApplicationAdmin(ActingAdmin, AuditedAdmin):
    """Applications; the secret is the customer's and is shown nowhere here."""

    list_display = ("name", "customer", "status", "app_key", "created_at")
    list_filter = ("status",)
    list_select_related = ("customer",)
    search_fields = ("name", "app_key", "customer__name")
    fields = (
        "customer",
        "name",
        "status",
        "suspended_by",
        "suspension_reason",
        "app_key",
        "uplink_url",
        "report_url",
        "created_at",
    )
    readonly_fields = fields
    acts = APPLICATION_ACTS

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(AccessKey)
class AccessKeyAdmin(ReadOnlyAdmin):
    list_display = ("access_key", "customer", "user", "is_active", "created_at")
    list_select_related = ("customer", "user")
    search_fields = ("access_key", "customer__name", "user__email")
    fields = ("access_key", "customer", "user", "is_active", "created_at")


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "verb", "object_type", "object_name", "customer", "ip_address")
    list_filter = ("verb", "object_type")
    list_select_related = ("actor", "customer")
    search_fields = ("object_name", "object_id", "customer__name", "actor__email")
    show_full_result_count = False
