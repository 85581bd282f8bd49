from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.numbers import mask
from customers.models import Customer
from portal.masking import masked
from reviews.models import Evidence, Qualification
from reviews.services.qualifications import Details

from .papers import PaperField
from .seen import SeenForm

Kind = Evidence.Kind

_KEPT_SECRET = {
    "legal_person_id_number": masked,
    "administrator_id_number": masked,
    "administrator_mobile": mask,
}
"""Fields that are never written into a page again, and how they are hinted at."""

_ONLY_LETTERS = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})


class QualificationForm(SeenForm):
    """The papers of an enterprise (spec console §6.1); the purpose decides what is asked."""

    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=Qualification.Purpose.choices,
        initial=Qualification.Purpose.SELF_USE,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("Qualification name"),
        max_length=32,
        help_text=_(
            "Your own label: Chinese characters, letters and digits, at most 32. The name of the "
            "enterprise or of the signature, for instance."
        ),
    )
    enterprise_name = forms.CharField(
        label=_("Enterprise name"), max_length=128, help_text=_("Exactly as on the certificate.")
    )
    enterprise_type = forms.ChoiceField(
        label=_("Enterprise type"), choices=Qualification.EnterpriseType.choices
    )
    certificate_type = forms.ChoiceField(
        label=_("Certificate type"), choices=Qualification.CertificateType.choices
    )
    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        max_length=32,
        help_text=_("18 digits and capital letters; the last one checks the others."),
        widget=_ONLY_LETTERS,
    )
    certificate = PaperField(Kind.CERTIFICATE)
    legal_person = forms.CharField(label=_("Name of the legal person"), max_length=64)
    legal_person_id_type = forms.ChoiceField(
        label=_("Legal person's ID type"), choices=Qualification.IdType.choices
    )
    legal_person_id_number = forms.CharField(
        label=_("Legal person's ID number"), max_length=32, widget=_ONLY_LETTERS
    )
    administrator_role = forms.ChoiceField(
        label=_("Administrator's role"),
        choices=Qualification.AdministratorRole.choices,
        help_text=_("A handler must work for the company that owns the signature."),
    )
    administrator = forms.CharField(
        label=_("Name of the administrator"),
        max_length=64,
        help_text=_("Do not name one administrator for several companies."),
    )
    administrator_id_number = forms.CharField(
        label=_("Administrator's ID number"),
        max_length=32,
        help_text=_("The resident identity card: 17 digits and a check character."),
        widget=_ONLY_LETTERS,
    )
    administrator_mobile = forms.CharField(
        label=_("Administrator's mobile number"),
        max_length=20,
        help_text=_("11 digits; the number must belong to this person."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    id_front = PaperField(Kind.ID_FRONT)
    id_back = PaperField(Kind.ID_BACK)
    id_in_hand = PaperField(Kind.ID_IN_HAND)
    authorization = PaperField(Kind.AUTHORIZATION)
    authorization_until = forms.DateField(
        label=_("Authorization valid until"),
        help_text=_("The last day of the letter; it must be valid for at least 6 months."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    remarks = forms.CharField(
        label=_("Remarks for the reviewer"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "When your signatures come from several sources, explain each: the download page of "
            "an app, the address of a platform. At most 500 characters."
        ),
    )

    GROUPS = (
        (
            _("Enterprise"),
            (
                "enterprise_name",
                "enterprise_type",
                "certificate_type",
                "credit_code",
                "certificate",
            ),
        ),
        (
            _("Legal person"),
            ("legal_person", "legal_person_id_type", "legal_person_id_number"),
        ),
        (
            _("Administrator"),
            (
                "administrator_role",
                "administrator",
                "administrator_id_number",
                "administrator_mobile",
                "id_front",
                "id_back",
                "id_in_hand",
            ),
        ),
    )
    """The parts of the form after the purpose, in the order of the specification."""

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_third_party:
            self.initial.setdefault("enterprise_name", customer.name)
            for name in ("authorization", "authorization_until"):
                del self.fields[name]

    @property
    def is_third_party(self) -> bool:
        """Whether the purpose chosen now is third-party use."""
        return bool(self["purpose"].value() == Qualification.Purpose.THIRD_PARTY)

    @property
    def groups(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        for title, names in self.GROUPS:
            yield title, [self[name] for name in names]

    @property
    def details(self) -> Details:
        """What was typed, for the service; the form must be valid."""
        names = {field.name for field in fields(Details)}
        return Details(**{name: self.cleaned_data[name] for name in names & self.fields.keys()})


class QualificationChangeForm(QualificationForm):
    """The same for a rejected or withdrawn one: the purpose stays, and so do papers and numbers
    that are not given anew."""

    def __init__(self, *args: Any, qualification: Qualification, **kwargs: Any) -> None:
        self.qualification = qualification
        names = self.base_fields.keys() - _KEPT_SECRET.keys()
        initial = {
            name: getattr(qualification, name) for name in names if hasattr(qualification, name)
        }
        super().__init__(*args, customer=qualification.customer, initial=initial, **kwargs)
        self.watch(qualification.updated_at)
        purpose = self.fields["purpose"]
        purpose.disabled = True
        purpose.help_text = _("The purpose cannot be changed afterwards.")
        for name, hint in _KEPT_SECRET.items():
            self.fields[name].required = False
            self.fields[name].widget.attrs["placeholder"] = hint(getattr(qualification, name))
            self.fields[name].help_text = _("Leave it empty to keep the number.")
        kept = set(qualification.evidence.values_list("kind", flat=True))
        for field in self.fields.values():
            if isinstance(field, PaperField) and field.kind in kept:
                field.required = False
                field.help_text = _("Leave it empty to keep the paper. %(accepted)s") % {
                    "accepted": field.help_text
                }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in _KEPT_SECRET:
            if name in cleaned and not cleaned[name].strip():
                cleaned[name] = getattr(self.qualification, name)
        return cleaned
