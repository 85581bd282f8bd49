"""What operations set for the review desk: canned texts, workdays and review times."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from common.clock import local_day
from customers.admin_base import AuditedAdmin, OperationsAdmin
from reviews.desk.calendar import Calendar
from reviews.models import CannedText, SlaRule, WorkdayOverride

DAYS = 60
"""Days of the calendar that are shown ahead."""


class DeskSettingAdmin(AuditedAdmin):
    """A row of the desk's settings: those whose role allows it may delete it, with a trail."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return OperationsAdmin.has_delete_permission(self, request, obj)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.record(request, "delete", obj)
        super().delete_model(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out deleting many at once, which would leave no trail."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


@admin.register(CannedText)
class CannedTextAdmin(DeskSettingAdmin):
    list_display = ("title", "kind", "text")
    list_filter = ("kind",)
    search_fields = ("title", "text")
    fields = ("title", "kind", "text")


@admin.register(SlaRule)
class SlaRuleAdmin(DeskSettingAdmin):
    list_display = ("kind", "country", "amount", "unit", "opens", "closes", "is_strict", "note")
    list_filter = ("kind",)
    fields = ("kind", "country", ("amount", "unit"), ("opens", "closes"), "is_strict", "note")


@admin.register(WorkdayOverride)
class WorkdayOverrideAdmin(DeskSettingAdmin):
    """The overrides, under a calendar that shows what they make of the days ahead."""

    change_list_template = "operations/workdays.html"
    list_display = ("day", "is_worked", "note")
    list_filter = ("is_worked",)
    date_hierarchy = "day"
    fields = ("day", "is_worked", "note")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        first = local_day(timezone.now())
        days = list(Calendar().days(first, DAYS))
        extra = {
            "title": gettext("Workdays"),
            "days": days,
            "blank_days": range(first.weekday()),
            "unknown_days": sum(not day.is_known for day in days),
        }
        return super().changelist_view(request, extra | (extra_context or {}))
