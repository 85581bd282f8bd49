"""Operations pages about sending: channels to carriers, and group tasks to look at."""

from django.contrib import admin

from customers.admin_base import ReadOnlyAdmin
from messaging.admin_channels import ChannelAdmin
from messaging.admin_guard import GuardAlarmAdmin, GuardLimitAdmin
from messaging.admin_messages import MessageAdmin
from messaging.admin_panels import sending
from messaging.admin_platform import PlatformTemplateAdmin
from messaging.admin_policy import BlockedNumberAdmin, TrafficThresholdAdmin
from messaging.admin_receipts import EarlyReceiptAdmin, MalformedReceiptAdmin
from messaging.admin_replays import PolicyReplayAdmin
from messaging.admin_routes import ChannelRouteAdmin
from messaging.admin_scorecards import ChannelAlarmAdmin
from messaging.admin_uplinks import OptOutAdmin, UplinkAdmin
from messaging.models import GroupTask

__all__ = [
    "BlockedNumberAdmin",
    "ChannelAdmin",
    "ChannelAlarmAdmin",
    "ChannelRouteAdmin",
    "EarlyReceiptAdmin",
    "GroupTaskAdmin",
    "GuardAlarmAdmin",
    "GuardLimitAdmin",
    "MalformedReceiptAdmin",
    "MessageAdmin",
    "OptOutAdmin",
    "PlatformTemplateAdmin",
    "PolicyReplayAdmin",
    "TrafficThresholdAdmin",
    "UplinkAdmin",
    "sending",
]


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
