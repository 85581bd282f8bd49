"""Operations pages of receipts that belong to no message: kept for a day to be looked at."""

from django.contrib import admin

from customers.admin_base import ReadOnlyAdmin
from messaging.models import EarlyReceipt, MalformedReceipt


@admin.register(EarlyReceipt)
class EarlyReceiptAdmin(ReadOnlyAdmin):
    """Receipts whose message the carrier has not named yet, or that are nobody's."""

    list_display = ("carrier_id", "channel", "code", "reported_at", "received_at")
    list_filter = ("channel",)
    list_select_related = ("channel",)
    search_fields = ("carrier_id",)
    ordering = ("-received_at",)


@admin.register(MalformedReceipt)
class MalformedReceiptAdmin(ReadOnlyAdmin):
    list_display = ("problem", "channel", "received_at", "raw")
    list_filter = ("channel", "problem")
    list_select_related = ("channel",)
    ordering = ("-received_at",)
