from django import forms
from django.utils.translation import gettext_lazy as _


class PushKeysForm(forms.Form):
    """Push AK and push SK of an application (spec console §5.1); both empty makes new ones."""

    push_ak = forms.CharField(
        label=_("Push AK"),
        required=False,
        help_text=_(
            "8 to 64 letters, digits, points, hyphens and underscores. It is sent openly with each "
            "push."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    push_sk = forms.CharField(
        label=_("Push SK"),
        required=False,
        strip=False,
        help_text=_(
            "8 to 32 characters without blanks, of three kinds at least: small letters, capitals, "
            "digits, signs. It is never sent."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    @property
    def wants_generated(self) -> bool:
        """Whether both fields were left empty."""
        return not self.cleaned_data["push_ak"] and not self.cleaned_data["push_sk"]
