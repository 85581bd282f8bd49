from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.models.frequency import MOST

from .text_files import TextFileField


class FrequencyForm(forms.Form):
    """A customer's frequency limits for an application (spec console §13.4)."""

    per_minute = forms.IntegerField(
        label=_("Messages a minute"),
        required=False,
        help_text=_("What one number may get within 60 seconds, 1 to 999; empty for no limit."),
    )
    per_hour = forms.IntegerField(
        label=_("Messages an hour"),
        required=False,
        help_text=_("Within 60 minutes, likewise."),
    )
    per_day = forms.IntegerField(
        label=_("Messages a day"),
        required=False,
        help_text=_("From midnight to midnight, Beijing time."),
    )
    whitelist = forms.CharField(
        label=_("Numbers without these limits"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_(
            "One number in a line, at most 1,000, such as your testers'. The platform's limits "
            "hold for them, too."
        ),
    )
    file = TextFileField(
        label=_("More numbers from a text file"),
        help_text=_("UTF-8, one number in a line. They are added to those above."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("per_minute", "per_hour", "per_day"):
            self.fields[name].widget.attrs |= {"min": 1, "max": MOST, "inputmode": "numeric"}

    @property
    def limits(self) -> dict[str, int | None]:
        return {name: self.cleaned_data[name] for name in ("per_minute", "per_hour", "per_day")}

    @property
    def lines(self) -> list[str]:
        """The lines of field and file, the field's first."""
        written: str = self.cleaned_data["whitelist"]
        return [*written.splitlines(), *self.cleaned_data["file"].splitlines()]
