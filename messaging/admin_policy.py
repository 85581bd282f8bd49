"""Operations pages of the rules of sending."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common.numbers import parse_recipients
from customers.admin_base import AuditedAdmin, staff_member
from messaging.models import BlockedNumber, TrafficThreshold

if TYPE_CHECKING:
    BlockedNumberModelForm = forms.ModelForm[BlockedNumber]
else:  # Django's form classes take type arguments in their stubs only.
    BlockedNumberModelForm = forms.ModelForm


@admin.register(TrafficThreshold)
class TrafficThresholdAdmin(AuditedAdmin):
    """What customers may send, and the highest limits that they may choose by themselves."""

    list_display = (
        "customer",
        "is_enforced",
        "day",
        "day_used",
        "daily_limit",
        "month_used",
        "monthly_limit",
    )
    list_filter = ("is_enforced",)
    list_select_related = ("customer",)
    search_fields = ("customer__name",)
    autocomplete_fields = ("customer",)
    fields = (
        "customer",
        "is_enforced",
        "daily_alarm",
        "daily_limit",
        "monthly_alarm",
        "monthly_limit",
        "daily_ceiling",
        "monthly_ceiling",
    )

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Locked while it is changed: requests are counted in the same row meanwhile."""
        if request.method == "POST" and object_id.isdecimal():
            TrafficThreshold.objects.select_for_update().filter(pk=int(object_id)).first()
        return super().get_object(request, object_id, from_field)


class BlockedNumberForm(BlockedNumberModelForm):
    """A number in any way people write it."""

    def clean_recipient(self) -> str:
        (number,) = parse_recipients(["".join(self.cleaned_data["recipient"].split())]).e164
        if number is None:
            raise forms.ValidationError(
                _("This is no phone number. Write 11 digits, or + and the country code.")
            )
        return number


@admin.register(BlockedNumber)
class BlockedNumberAdmin(AuditedAdmin):
    """Numbers that no customer may send to; taking one out of force is kept."""

    form = BlockedNumberForm
    list_display = ("recipient", "kind", "is_active", "reason", "created_at")
    list_filter = ("kind", "is_active")
    search_fields = ("recipient", "reason")
    fields = ("recipient", "kind", "reason", "is_active")
    ordering = ("-id",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.added_by = staff_member(request)
        super().save_model(request, obj, form, change)
