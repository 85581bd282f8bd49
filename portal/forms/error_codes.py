from django import forms
from django.utils.translation import gettext_lazy as _

from portal.codebook import Kind


class ErrorCodeForm(forms.Form):
    """Which codes to show; empty fields do not matter."""

    q = forms.CharField(
        label=_("Code or words"),
        required=False,
        max_length=100,
        widget=forms.SearchInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label=_("Where it is met"), required=False, choices=[("", _("All")), *Kind.choices]
    )

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields)
