"""Operations pages about sending: channels to carriers, and group tasks to look at."""

from django.contrib import admin

from customers.admin_base import AuditedAdmin, ReadOnlyAdmin
from messaging.models import Channel, GroupTask


@admin.register(Channel)
class ChannelAdmin(AuditedAdmin):
    list_display = ("name", "connector", "window", "is_enabled", "is_default")
    list_filter = ("is_enabled", "connector")
    search_fields = ("name",)
    fields = ("name", "connector", "config", "window", "is_enabled", "is_default", "created_at")
    readonly_fields = ("created_at",)


@admin.register(GroupTask)
class GroupTaskAdmin(ReadOnlyAdmin):
    """Group tasks of all customers; the lists of recipients stay with the customer."""

    list_display = ("name", "customer", "state", "valid_rows", "scheduled_at", "created_at")
    list_filter = ("state",)
    list_select_related = ("customer",)
    search_fields = ("name", "customer__name")
    fields = (
        "public_id",
        "name",
        "customer",
        "application",
        "signature",
        "template",
        "state",
        "failure",
        "file_name",
        "total_rows",
        "valid_rows",
        "invalid_rows",
        "duplicate_rows",
        "parts",
        "scheduled_at",
        "created_by",
        "created_at",
        "started_at",
        "finished_at",
    )
