from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers import payments
from customers.models import Profile
from portal.countries import COUNTRIES
from portal.forms.papers import PaperField
from reviews.models import Evidence, Qualification


class MobileForm(forms.Form):
    """The number to bind."""

    mobile = forms.CharField(
        label=_("Mobile number"),
        max_length=32,
        help_text=_("A security code is sent to it. Example: 13800138000"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )


class InformationForm(forms.Form):
    """Which enterprise this is (spec console §2.1, step 3)."""

    name = forms.CharField(
        label=_("Enterprise name"),
        max_length=128,
        help_text=_("In full, as on its certificate. Only enterprises can enable the service."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = forms.ChoiceField(label=_("Country or region"), choices=COUNTRIES, initial="CN")
    industry = forms.ChoiceField(label=_("Industry"), choices=Profile.Industry.choices)


class PaymentForm(forms.Form):
    """How the use is paid: one of the methods this platform offers."""

    provider = forms.ChoiceField(label=_("Payment method"), widget=forms.RadioSelect)
    reference = forms.CharField(
        label=_("Contract number"),
        max_length=64,
        required=False,
        help_text=_("For payment by contract. Card numbers are never taken here."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provider: Any = self.fields["provider"]
        provider.choices = [
            (each.code, f"{each.label} – {each.explanation}") for each in payments.offered()
        ]


class RealNameForm(forms.Form):
    """What the enterprise's certificate says, and a picture of it."""

    certificate_type = forms.ChoiceField(
        label=_("Certificate type"), choices=Qualification.CertificateType.choices
    )
    credit_code = forms.CharField(
        label=_("Certificate number"),
        max_length=32,
        help_text=_("In the Chinese mainland the unified social credit code, 18 characters."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    legal_person = forms.CharField(label=_("Legal person"), max_length=64)

    def __init__(self, *args: Any, has_paper: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[Evidence.Kind.CERTIFICATE.value] = PaperField(
            Evidence.Kind.CERTIFICATE, required=not has_paper
        )


class EnableForm(forms.Form):
    """That the agreement was read and accepted; the version is that of the page."""

    accepts = forms.BooleanField(
        label=_("I have read the Message & SMS service agreement and accept it."),
        error_messages={"required": _("Accept the agreement to enable the service.")},
    )
    version = forms.CharField(widget=forms.HiddenInput, max_length=32)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = settings.SMS_AGREEMENT_VERSION


class DetailsForm(forms.Form):
    """Whom operations reach about this account (spec console §2.3)."""

    contact_name = forms.CharField(label=_("Contact name"), max_length=64)
    contact_email = forms.CharField(
        label=_("Contact e-mail address"), max_length=254, widget=forms.EmailInput
    )
    industry = forms.ChoiceField(label=_("Industry"), choices=Profile.Industry.choices)
