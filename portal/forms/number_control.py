from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.models import NumberRule

from .text_files import TextFileField


class NumberRulesForm(forms.Form):
    """Numbers and segments to allow or deny (spec console §13.6)."""

    kind = forms.ChoiceField(
        label=_("These are"), choices=NumberRule.Kind.choices, widget=forms.RadioSelect
    )
    lines = forms.CharField(
        label=_("Numbers and segments"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_(
            "One in a line: a number such as +8613800138000, or a segment of 4 to 11 digits and *, "
            "which is compared with the end of a number: 8000 or 138****8000."
        ),
    )
    file = TextFileField(
        label=_("Or from a text file"),
        help_text=_("UTF-8, one in a line. They follow those above."),
    )

    @property
    def all_lines(self) -> list[str]:
        """The lines of field and file, the field's first."""
        written: str = self.cleaned_data["lines"]
        return [*written.splitlines(), *self.cleaned_data["file"].splitlines()]
