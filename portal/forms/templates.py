from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer
from portal.drafts import TypedTemplate, form_values
from reviews.models import Signature, Template
from reviews.models.kinds import MessageType

from .seen import SeenForm


class SignatureOfTemplateField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The signatures a template may be bound to; none of them makes it universal."""

    def label_from_instance(self, signature: Signature) -> str:
        name = f"【{signature.name}】"
        return name if signature.is_usable else f"{name} · {signature.get_status_display()}"


class TemplateForm(SeenForm):
    """The application for a template (spec console §8.1)."""

    type = forms.ChoiceField(
        label=_("Template type"),
        choices=MessageType.choices,
        initial=MessageType.NOTIFICATION,
        help_text=_(
            "A verification code has exactly one variable, a promotion has none and says how to "
            "unsubscribe."
        ),
    )
    application = forms.ModelChoiceField(
        Application.objects.none(), label=_("Application"), empty_label=None
    )
    signature = SignatureOfTemplateField(
        Signature.objects.none(),
        label=_("Signature"),
        required=False,
        empty_label=_("General signature: every signature of this type may use the template"),
    )
    name = forms.CharField(
        label=_("Template name"),
        max_length=64,
        help_text=_("Only you see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    content = forms.CharField(
        label=_("Template content"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "At most 500 characters with the signature. Write variables as ${1}, ${2} and so on; "
            "the platform puts the signature in front."
        ),
    )
    description = forms.CharField(
        label=_("Application description"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Recommended: who gets the message, when, and a filled example."),
    )

    changed: Template | None = None
    """The template that is being changed; none for a new one."""

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        applications: Any = self.fields["application"]
        applications.queryset = Application.objects.for_customer(customer).order_by("id")
        signatures: Any = self.fields["signature"]
        signatures.queryset = (
            Signature.objects.for_customer(customer)
            .filter(application=self._chosen_application(), type=self._value("type"))
            .exclude(status=Signature.Status.REVIEW_NOT_PASS)
        )

    @property
    def typed(self) -> TypedTemplate:
        """The template as it stands in the form, complete or not."""
        values = self.data if self.is_bound else self.initial
        return TypedTemplate.from_form(
            values,
            signature_name=self._signature_name(),
            application=self._chosen_application(),
            changed=self.changed,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["variable_attributes"] = self.typed.variable_attributes
        return cleaned

    def _value(self, name: str) -> Any:
        field = self[name]
        return field.value() if field.value() is not None else ""

    def _chosen_application(self) -> Application | None:
        applications: Any = self.fields["application"]
        chosen: Application | None
        try:
            chosen = applications.clean(self._value("application"))
        except ValidationError:
            chosen = applications.queryset.first()
        return chosen

    def _signature_name(self) -> str:
        signatures: Any = self.fields["signature"]
        try:
            signature = signatures.clean(self._value("signature"))
        except ValidationError:
            return ""
        return signature.name if signature else ""


class TemplateChangeForm(TemplateForm):
    """The same for a template that was rejected, withdrawn or disabled; its application stays."""

    def __init__(self, *args: Any, template: Template, **kwargs: Any) -> None:
        self.changed = template
        names = self.base_fields.keys() - {"seen"}
        initial = {name: getattr(template, name) for name in names}
        initial |= {"application": template.application_id, "signature": template.signature_id}
        initial |= form_values(template.variable_attributes)
        super().__init__(*args, customer=template.customer, initial=initial, **kwargs)
        del self.fields["application"]
        self.watch(template.updated_at)

    def _chosen_application(self) -> Application | None:
        return self.changed.application if self.changed else None


class RenameForm(forms.Form):
    """Another name for an approved template; its text stays (spec console §8.4)."""

    name = forms.CharField(
        label=_("Template name"),
        max_length=64,
        help_text=_("Only you see it. The text, the template ID and the approval stay."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
