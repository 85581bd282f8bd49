from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models.contact import Contact


class ContactForm(forms.Form):
    """A person to be told of results and alarms (spec console §13.1)."""

    name = forms.CharField(
        label=_("Name"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    mobile = forms.CharField(
        label=_("Mobile number"),
        max_length=32,
        help_text=_("A security code is sent to it. Example: 13800138000"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("A security code is sent to it as well."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    topics = forms.MultipleChoiceField(
        label=_("Notifications"),
        choices=Contact.Topic.choices,
        initial=Contact.Topic.values,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class CodeForm(forms.Form):
    """The security code that an address got."""

    code = forms.CharField(
        label=_("Security code"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
