from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer
from reviews.models import Evidence, Qualification, Signature
from reviews.models.kinds import MessageType
from reviews.services.sources import OFFERED_SOURCES, SOURCE_RULES

from .fields import YesNoField
from .papers import PaperField
from .seen import SeenForm


class QualificationField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The qualifications a signature may be bound to: approved ones, and ones under review."""

    def label_from_instance(self, qualification: Qualification) -> str:
        label = f"{qualification.name} · {qualification.enterprise_name}"
        if qualification.is_approved:
            return label
        return f"{label} · {qualification.get_status_display()}"


def _name_rule() -> str:
    shortest, longest = settings.SMS_SIGNATURE_LENGTH
    return gettext(
        "%(shortest)s to %(longest)s Chinese characters, letters and digits, not digits only, "
        "without brackets. Upper and lower case differ."
    ) % {"shortest": shortest, "longest": longest}


class SignatureForm(SeenForm):
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
    source_detail = forms.CharField(required=False, max_length=255)
    paper = PaperField(Evidence.Kind.OTHER, required=False)
    is_third_party = YesNoField(
        label=_("Third-party rights involved"),
        initial=False,
        help_text=_("Yes when the name belongs to another company than yours."),
    )
    qualification = QualificationField(
        Qualification.objects.none(),
        label=_("Qualification"),
        required=False,
        help_text=_(
            "Only those that fit are offered: for self-use without third-party rights, for "
            "third-party use with them."
        ),
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
        self._ask_for_source()
        qualifications: Any = self.fields["qualification"]
        qualifications.queryset = fitting_qualifications(
            customer, is_third_party=self._value("is_third_party") in (True, "True")
        )
        qualifications.empty_label = (
            _("Choose …") if settings.SMS_REQUIRE_QUALIFICATION else _("Without a qualification")
        )

    @property
    def has_qualifications(self) -> bool:
        """Whether any qualification fits what is chosen now."""
        field: Any = self.fields["qualification"]
        return bool(field.queryset.exists())

    @property
    def purpose_of_qualification(self) -> str:
        """The purpose of the qualifications that fit what is chosen now."""
        is_third_party = self._value("is_third_party") in (True, "True")
        return str(Qualification.purpose_for(is_third_party=is_third_party).value)

    def _ask_for_source(self) -> None:
        """Name the detail and the paper that the chosen source needs (spec console §7.2)."""
        source = str(self._value("source"))
        offered = {str(each.value): SOURCE_RULES[each] for each in OFFERED_SOURCES}
        rule = offered.get(source, SOURCE_RULES[Signature.Source.ENTERPRISE])
        if rule.detail is None:
            del self.fields["source_detail"]
        else:
            detail = self.fields["source_detail"]
            detail.label = capfirst(rule.detail)
            detail.required = True
        self.fields["paper"] = PaperField(rule.paper or Evidence.Kind.CERTIFICATE, required=False)

    def _value(self, name: str) -> Any:
        return self[name].value()


def fitting_qualifications(customer: Customer, *, is_third_party: bool) -> Any:
    """The qualifications of a customer that a signature may be bound to (spec console §6.3)."""
    return (
        Qualification.objects.for_customer(customer)
        .binding(is_third_party=is_third_party)
        .filter(status__in=(Qualification.Status.APPROVED, Qualification.Status.PENDING_REVIEW))
        .order_by("status", "-id")
    )


class SignatureChangeForm(SignatureForm):
    """The same for a rejected signature; its application stays."""

    def __init__(self, *args: Any, signature: Signature, **kwargs: Any) -> None:
        names = self.base_fields.keys() - {"seen", "paper"}
        initial = {name: getattr(signature, name) for name in names}
        super().__init__(*args, customer=signature.customer, initial=initial, **kwargs)
        del self.fields["application"]
        self.watch(signature.updated_at)


class ActivationForm(forms.Form):
    """Why a signature is needed again (spec console §7.4)."""

    reason = forms.CharField(
        label=_("What do you need it for?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The operations manager reads it. At most 300 characters."),
    )


class SupplementForm(forms.Form):
    """The qualification of a signature that was approved without one (spec console §6.3)."""

    qualification = QualificationField(
        Qualification.objects.none(), label=_("Qualification"), empty_label=_("Choose …")
    )

    def __init__(self, *args: Any, signature: Signature, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["qualification"]
        field.queryset = fitting_qualifications(
            signature.customer, is_third_party=signature.is_third_party
        )
