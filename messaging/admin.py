"""Operations pages about sending: channels to carriers, and group tasks to look at."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from customers.admin_base import AuditedAdmin, ReadOnlyAdmin
from messaging.carriers import CONNECTORS
from messaging.models import Channel, GroupTask

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    ChannelModelForm = forms.ModelForm[Channel]
else:  # Django's forms take type arguments in their stubs only.
    ChannelModelForm = forms.ModelForm

DAY_S = 86_400


def _number(
    label: "_StrPromise", rule: "_StrPromise", lowest: float, highest: float
) -> forms.FloatField:
    """A setting that may be left out; `rule` is its help and what an error says."""
    return forms.FloatField(
        label=label,
        required=False,
        help_text=rule,
        validators=[MinValueValidator(lowest, rule), MaxValueValidator(highest, rule)],
        error_messages={"invalid": rule},
    )


class ChannelForm(ChannelModelForm):
    """A channel with its settings as fields; a field left empty takes the default."""

    connector = forms.ChoiceField(
        label=_("Connector"), choices=[(name, name) for name in CONNECTORS]
    )
    messages_per_s = _number(
        _("Messages per second"),
        _(
            "Most messages a second that each carrier process submits: 0.001 to 10000, "
            "0.1 is one message in 10 seconds. Empty: no limit."
        ),
        0.001,
        10_000,
    )
    delay_s = _number(
        _("Delay of receipts in seconds"),
        _("Simulated carrier: 0 to 86400 seconds from submission to receipt. Empty: 1."),
        0,
        DAY_S,
    )
    slow_delay_s = _number(
        _("Delay of the slow number in seconds"),
        _("Simulated carrier: 0 to 86400 seconds for the scenario number. Empty: 180."),
        0,
        DAY_S,
    )
    failure_ratio = _number(
        _("Failure ratio"),
        _("Simulated carrier: share of messages that fail, 0 to 1. Empty: 0."),
        0,
        1,
    )
    receipts_per_s = _number(
        _("Receipts per second"),
        _("Simulated carrier: most receipts a second, 0.1 to 100000. Empty: no limit."),
        0.1,
        100_000,
    )
    window = forms.IntegerField(
        label=_("Window"),
        initial=500,
        validators=[
            MinValueValidator(1, _("The window is 1 to 5000 messages.")),
            MaxValueValidator(5000, _("The window is 1 to 5000 messages.")),
        ],
        help_text=_("How many messages may be under way to the carrier without an answer."),
    )

    SETTINGS = ("messages_per_s", "delay_s", "slow_delay_s", "failure_ratio", "receipts_per_s")

    class Meta:
        model = Channel
        fields = ("name", "connector", "window", "is_enabled", "is_default")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.SETTINGS:
            self.initial.setdefault(name, self.instance.config.get(name))

    def save(self, commit: bool = True) -> Channel:
        """Write the fields into the channel's settings; others in there stay as they are."""
        given = {name: self.cleaned_data[name] for name in self.SETTINGS}
        kept = {
            name: value for name, value in self.instance.config.items() if name not in self.SETTINGS
        }
        self.instance.config = kept | {
            name: value for name, value in given.items() if value is not None
        }
        return super().save(commit)


@admin.register(Channel)
class ChannelAdmin(AuditedAdmin):
    form = ChannelForm
    list_display = ("name", "connector", "window", "is_enabled", "is_default")
    list_filter = ("is_enabled", "connector")
    search_fields = ("name",)
    fields = (
        "name",
        "connector",
        "window",
        *ChannelForm.SETTINGS,
        "is_enabled",
        "is_default",
        "created_at",
    )
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
