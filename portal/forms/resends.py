import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ResendForm(forms.Form):
    """Which failed messages to send again, by the reason they failed for."""

    codes = forms.MultipleChoiceField(
        label=_("Reasons"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one reason.")},
    )
    newest = forms.IntegerField(widget=forms.HiddenInput)
    """The newest message that was looked at: what fails later is not part of it."""
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields["codes"]
        known.choices = [(code, code) for code in codes]
        self.initial.setdefault("key", uuid.uuid4())
