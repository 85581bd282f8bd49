"""Operations pages of the guard: its limits, and the alarms it raised."""

from django.contrib import admin

from customers.admin_base import AuditedAdmin, ReadOnlyAdmin
from messaging.models import GuardAlarm, GuardLimit


@admin.register(GuardLimit)
class GuardLimitAdmin(AuditedAdmin):
    """How fast messages may come by template, number segment and client address."""

    list_display = ("type", "subject", "most", "per_s", "is_active")
    list_filter = ("type", "subject", "is_active")
    fields = ("type", "subject", "most", "per_s", "is_active")
    ordering = ("type", "subject")


@admin.register(GuardAlarm)
class GuardAlarmAdmin(ReadOnlyAdmin):
    """Traffic that looked like an attack; the customer's contacts were told."""

    list_display = ("created_at", "customer", "application", "kind", "subject", "value", "detail")
    list_filter = ("kind", "subject")
    list_select_related = ("customer", "application")
    search_fields = ("customer__name", "value")
    date_hierarchy = "hour"
