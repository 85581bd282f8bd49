"""Operations pages of replies and of numbers that unsubscribed by one."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common.numbers import mask
from customers.admin_base import ReadOnlyAdmin
from messaging.models import OptOut, Uplink


class OwnedFilter(admin.SimpleListFilter):
    """Replies to numbers that nobody has belong to no customer."""

    title = _("channel number")
    parameter_name = "owned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Nobody has it")), ("yes", _("A customer has it"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Uplink]) -> QuerySet[Uplink]:
        if self.value() is None:
            return queryset
        return queryset.filter(customer__isnull=self.value() == "no")


@admin.register(Uplink)
class UplinkAdmin(ReadOnlyAdmin):
    """Replies of all customers; what they say stays with the customer."""

    list_display = ("received_at", "handset", "channel_number", "customer", "is_opt_out", "parts")
    list_filter = (OwnedFilter, "is_opt_out")
    list_select_related = ("customer",)
    search_fields = ("sender", "channel_number")
    fields = (
        "id",
        "uuid",
        "received_at",
        "handset",
        "channel_number",
        "channel",
        "customer",
        "application",
        "signature",
        "parts",
        "parts_missing",
        "message_id",
        "candidates",
        "is_opt_out",
    )
    ordering = ("-id",)
    show_full_result_count = False

    @admin.display(description=_("from"))
    def handset(self, uplink: Uplink) -> str:
        return mask(uplink.sender)


@admin.register(OptOut)
class OptOutAdmin(ReadOnlyAdmin):
    """Numbers that get no promotions from a channel number."""

    list_display = (
        "recipient",
        "channel_number",
        "customer",
        "application",
        "since",
        "restored_at",
    )
    list_filter = (("restored_at", admin.EmptyFieldListFilter),)
    list_select_related = ("customer", "application")
    search_fields = ("recipient", "channel_number", "customer__name")
    ordering = ("-since",)
