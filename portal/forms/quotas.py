from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.services.quotas import HIGHEST


class QuotaForm(forms.Form):
    """A wish for a higher quota (spec console §3); what it is for is chosen before."""

    wanted = forms.IntegerField(
        label=_("Wanted quota"), max_value=HIGHEST, widget=forms.NumberInput(attrs={"min": 1})
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "What you need it for, so that the operations manager can decide without asking. "
            "At most 500 characters."
        ),
    )

    def __init__(self, *args: Any, current: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"].widget.attrs["min"] = current + 1
