from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Webhook


class WebhookForm(forms.Form):
    """An address, and the decisions it is told of."""

    url = forms.CharField(
        label=_("Address"),
        help_text=_("It has to begin with https. Example: https://sms.example.com/decisions"),
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Told of"),
        choices=Webhook.Kind.choices,
        initial=Webhook.Kind.values,
        widget=forms.CheckboxSelectMultiple,
    )


class WebhookChangeForm(WebhookForm):
    """The same for one that exists, which can be switched off."""

    is_active = forms.BooleanField(
        label=_("Active"),
        required=False,
        help_text=_("While it is off, it is told nothing, and what it was owed before waits."),
    )
