"""What operations do to a channel from its page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.admin_acts import Act
from messaging.models import Channel, PlatformTemplate
from messaging.services import channel_control
from messaging.services.channel_control import CHANGE, WITH_WIRE_LOG, wire_log_until
from messaging.services.trial import send_trial


class TrialForm(forms.Form):
    """Where a test message goes, and what it says."""

    recipient = forms.CharField(
        label=_("Phone number"),
        max_length=22,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    template = forms.ModelChoiceField(
        PlatformTemplate.objects.select_related("template__version", "signature").order_by("pk"),
        label=_("Template of the platform"),
    )
    values = forms.CharField(
        label=_("Values of its variables"),
        required=False,
        help_text=_("One in a line. A security code has one; a notice has three."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_recipient(self) -> str:
        return "".join(self.cleaned_data["recipient"].split())

    def clean_values(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["values"].splitlines())
        return [line for line in lines if line]


def _has_wire_log(channel: Channel) -> bool:
    return channel.connector in WITH_WIRE_LOG


def _send_trial(channel: Channel, **values: Any) -> None:
    send_trial(channel=channel, **values)


CHANNEL_ACTS = (
    Act(
        name="wire-log",
        title=_("Write the wire log for an hour"),
        note=_(
            "Every frame goes into the log of the carrier processes: command, sequence, state, "
            "masked numbers, no texts. Sessions stay open; it begins within 5 seconds."
        ),
        done=_("The wire log is written for an hour."),
        form=forms.Form,
        permission=CHANGE,
        carry_out=lambda channel, **who: channel_control.start_wire_log(channel=channel, **who),
        fits=lambda channel: _has_wire_log(channel) and wire_log_until(channel) is None,
    ),
    Act(
        name="stop-wire-log",
        title=_("Stop the wire log"),
        note=_("It ends within 5 seconds. What was written stays in the log."),
        done=_("The wire log ends."),
        form=forms.Form,
        permission=CHANGE,
        carry_out=lambda channel, **who: channel_control.stop_wire_log(channel=channel, **who),
        fits=lambda channel: _has_wire_log(channel) and wire_log_until(channel) is not None,
    ),
    Act(
        name="drain",
        title=_("Drain"),
        note=_(
            "Nothing more is handed to the carrier, what is with it ends, then the sessions close. "
            "New messages wait, or go over the backup channel of their route after the fail-over "
            "time."
        ),
        done=_("The channel drains."),
        form=forms.Form,
        permission=CHANGE,
        carry_out=lambda channel, **who: channel_control.drain(channel=channel, **who),
        fits=lambda channel: channel.is_enabled,
    ),
    Act(
        name="start",
        title=_("Start again"),
        note=_("Carrier processes open the channel within seconds; what waits for it goes."),
        done=_("The channel starts."),
        form=forms.Form,
        permission=CHANGE,
        carry_out=lambda channel, **who: channel_control.start(channel=channel, **who),
        fits=lambda channel: not channel.is_enabled,
    ),
    Act(
        name="test-message",
        title=_("Send a test message"),
        note=_(
            "It goes over exactly this channel, under a template of the platform (Templates of "
            "the platform). It is a real SMS: the carrier charges for it."
        ),
        done=_("The test message was accepted. Its status stands below."),
        form=TrialForm,
        permission=CHANGE,
        carry_out=_send_trial,
        fits=lambda channel: channel.is_enabled,
    ),
)
