from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer
from reviews.models import Signature
from reviews.models.kinds import MessageType

from .fields import YesNoField

OFFERED_SOURCES = (Signature.Source.ENTERPRISE, Signature.Source.APP, Signature.Source.TRADEMARK)
"""The sources customers may choose today (ruling 19)."""


def _name_rule() -> str:
    shortest, longest = settings.SMS_SIGNATURE_LENGTH
    return gettext(
        "%(shortest)s to %(longest)s Chinese characters, letters and digits, not digits only, "
        "without brackets. Upper and lower case differ."
    ) % {"shortest": shortest, "longest": longest}


class SignatureForm(forms.Form):
    """The application for a signature (spec console §7.2)."""

    application = forms.ModelChoiceField(
        Application.objects.none(), label=_("Application"), empty_label=None
    )
    type = forms.ChoiceField(
        label=_("Signature type"),
        choices=MessageType.choices,
        help_text=_("It must match what you really send; each type has channels of its own."),
    )
    name = forms.CharField(
        label=_("Signature name"),
        max_length=64,
        help_text=lazy(_name_rule, str)(),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    source = forms.TypedChoiceField(
        label=_("Signature source"),
        coerce=int,
        choices=[(source.value, source.label) for source in OFFERED_SOURCES],
        help_text=_("Where the name comes from. The reviewer checks it there."),
    )
    is_third_party = YesNoField(
        label=_("Third-party rights involved"),
        initial=False,
        help_text=_("Yes when the name belongs to another company than yours."),
    )
    description = forms.CharField(
        label=_("Application description"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Recommended: in what situation you send, the page of the product, links to the app "
            "or the trademark register. At most 300 characters."
        ),
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        applications: Any = self.fields["application"]
        applications.queryset = Application.objects.for_customer(customer).order_by("id")


class SignatureChangeForm(SignatureForm):
    """The same for a rejected signature; its application stays."""

    def __init__(self, *args: Any, signature: Signature, **kwargs: Any) -> None:
        initial = {name: getattr(signature, name) for name in self.base_fields}
        super().__init__(*args, customer=signature.customer, initial=initial, **kwargs)
        del self.fields["application"]
