"""When a checked or planned group task is sent, and how fast (spec console §9.2)."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from .fields import MomentField


class RateField(forms.IntegerField):
    """Messages a second; empty for as many as the channel takes."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Messages a second, at most"),
            required=False,
            min_value=1,
            help_text=_("Leave it empty to send as fast as the channel takes them."),
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        )


class ReleaseForm(forms.Form):
    """At once, or at a planned time; and whether rows may be left out."""

    when = forms.ChoiceField(
        label=_("When to send"),
        choices=[("now", _("At once")), ("later", _("At a planned time"))],
        initial="now",
        widget=forms.RadioSelect,
    )
    scheduled_at = MomentField(label=_("Planned time"), required=False)
    rate = RateField()
    accept_problems = forms.BooleanField(
        label=_("Rows that are left out"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _limit(self.fields["scheduled_at"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        is_unplanned = "scheduled_at" in cleaned and not cleaned["scheduled_at"]
        if cleaned.get("when") == "later" and is_unplanned:
            self.add_error("scheduled_at", _("Say when the task shall start."))
        return cleaned

    @property
    def start(self) -> datetime | None:
        """The planned time, or None for at once."""
        if self.cleaned_data["when"] == "now":
            return None
        planned: datetime = self.cleaned_data["scheduled_at"]
        return planned

    @property
    def as_query(self) -> str:
        """What is chosen, as the end of an address."""
        chosen = {name: self[name].value() for name in self.fields}
        return urlencode({name: value for name, value in chosen.items() if value})


class EditForm(forms.Form):
    """What can still be changed of a planned task without checking it again."""

    name = forms.CharField(label=_("Task name"), max_length=64)
    scheduled_at = MomentField(label=_("Planned time"))
    rate = RateField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _limit(self.fields["scheduled_at"])


class RateForm(forms.Form):
    """How fast a task under way goes on."""

    rate = RateField()


def _limit(planned: forms.Field) -> None:
    """Offer times from now to as far ahead as a task may be planned (ruling 28)."""
    today = timezone.localtime()
    latest = today + timedelta(days=settings.SMS_GROUP_MAX_AHEAD_DAYS)
    planned.widget.attrs |= {"min": f"{today:%Y-%m-%dT%H:%M}", "max": f"{latest:%Y-%m-%dT%H:%M}"}
