"""Which numbers of a group task to show, and which to send to again (spec console §9.3)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.numbers import parse_recipients
from messaging.groups.results import Outcome
from portal.group_pages import Failure


class NumbersForm(forms.Form):
    """Which numbers of a task to show."""

    outcome = forms.TypedChoiceField(
        label=_("Result"),
        required=False,
        coerce=Outcome,
        empty_value=None,
        choices=[("", _("All")), *Outcome.choices],
    )
    code = forms.CharField(label=_("Status code"), required=False, max_length=32)
    recipient = forms.CharField(
        label=_("Recipient"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def clean_recipient(self) -> str:
        """The number as messages carry it; the blanks of a copied number do not matter."""
        typed = "".join(self.cleaned_data["recipient"].split())
        if not typed:
            return ""
        (number,) = parse_recipients([typed]).e164
        if number is None:
            raise ValidationError(
                _("“%(number)s” is no phone number. Write 11 digits, or + and the country code."),
                params={"number": typed},
            )
        return number


class ResendForm(forms.Form):
    """A new task for numbers that failed: with which codes, and its name."""

    name = forms.CharField(label=_("Task name"), max_length=64)
    codes = forms.MultipleChoiceField(
        label=_("Numbers that failed with"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, failures: Sequence[Failure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes: Any = self.fields["codes"]
        codes.choices = [(one.code, one.code) for one in failures]
        codes.initial = [one.code for one in failures if one.is_worth_resending]
