"""Operations pages about what the platform tells customers."""

from django.contrib import admin

from customers.admin_base import ReadOnlyAdmin
from customers.models import Contact, Delivery


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    """Contacts of all customers; only the customers change them."""

    list_display = ("name", "customer", "email", "is_email_verified", "is_mobile_verified")
    list_select_related = ("customer",)
    search_fields = ("name", "email", "customer__name")
    fields = ("customer", "name", "email", "topics", "language", "created_at")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """E-mails and SMS of notices and security codes; the codes themselves are shown nowhere."""

    list_display = ("created_at", "customer", "medium", "notice", "state", "attempts", "error")
    list_filter = ("state", "medium")
    list_select_related = ("customer", "notice")
    search_fields = ("customer__name", "contact__name")
    show_full_result_count = False
    fields = (
        "customer",
        "notice",
        "contact",
        "medium",
        "state",
        "attempts",
        "next_attempt_at",
        "error",
        "created_at",
        "sent_at",
    )
