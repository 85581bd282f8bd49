from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.policy.thresholds import Values

MOST = 2_147_483_647
"""What the database can hold."""


class ThresholdForm(forms.Form):
    """Alarm and limit values of the traffic (spec console §13.3)."""

    daily_alarm = forms.IntegerField(
        label=_("Daily alarm"),
        max_value=MOST,
        help_text=_("At so many messages in a day the contacts are told."),
    )
    daily_limit = forms.IntegerField(label=_("Daily limit"), max_value=MOST)
    monthly_alarm = forms.IntegerField(
        label=_("Monthly alarm"),
        max_value=MOST,
        help_text=_("At so many messages in a month the contacts are told."),
    )
    monthly_limit = forms.IntegerField(label=_("Monthly limit"), max_value=MOST)

    def __init__(self, *args: Any, ceilings: tuple[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, ceiling in zip(("daily_limit", "monthly_limit"), ceilings, strict=True):
            self.fields[name].help_text = _(
                "What goes beyond is refused with E000623. At most %(ceiling)s for your account."
            ) % {"ceiling": f"{ceiling:,}"}
        for field in self.fields.values():
            field.widget.attrs |= {"min": 1, "inputmode": "numeric"}

    @property
    def values(self) -> Values:
        return Values(**self.cleaned_data)
