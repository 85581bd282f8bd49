import json
import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.numbers import parse_recipients
from common.outbound import check_url
from common.variables import rule_for
from messaging.groups.samples import example
from messaging.services.catalogue import ApprovedTemplate, approved
from portal.drafts import ATTRIBUTES
from reviews.models import Signature, Template
from reviews.models.kinds import MessageType

EXAMPLE_NUMBER = "+8613800138000"
"""Stands in the programs while no number is typed."""


class SendTestForm(forms.Form):
    """One message by an approved template: each parameter of the call, each variable by itself."""

    to = forms.CharField(
        label=_("Recipient"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    sender = forms.CharField(
        label=_("Channel number (from)"),
        required=False,
        max_length=21,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    signature = forms.ChoiceField(label=_("Signature"), required=False)
    status_callback = forms.CharField(
        label=_("Status report address (statusCallback)"),
        required=False,
        max_length=255,
        help_text=_("The report is shown here in any case; it is pushed to this address, too."),
        widget=forms.URLInput(attrs={"placeholder": "https://sms.example.com/report"}),
    )
    attempt = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, template: Template, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.template = template
        self.approved: ApprovedTemplate = approved(template)
        if template.signature:
            del self.fields["signature"]
            self.fields["sender"].initial = template.signature.channel_number
        else:
            self._offer_signatures()
        for position, attribute in enumerate(self.approved.attributes):
            label = ATTRIBUTES.get(attribute, attribute)
            self.fields[f"value_{position}"] = forms.CharField(
                label=f"${{{self.approved.text.names[position]}}} {label}",
                initial=example(attribute),
                strip=False,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    @property
    def value_fields(self) -> list[forms.BoundField]:
        """The fields of the variables, in the order of the template."""
        return [self[f"value_{position}"] for position in range(len(self.approved.attributes))]

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the call as far as they are typed, empty ones left out."""
        values = [str(field.value() or "") for field in self.value_fields]
        everything = {
            "from": self.typed("sender"),
            "to": self.recipient or self.typed("to") or EXAMPLE_NUMBER,
            "templateId": self.template.template_id,
            "templateParas": json.dumps(values, ensure_ascii=False) if values else "",
            "statusCallback": self.typed("status_callback"),
            "signature": self.typed("signature"),
        }
        return {name: value for name, value in everything.items() if value}

    @property
    def recipient(self) -> str | None:
        """The number in its full form, or None while it is none."""
        (number,) = parse_recipients(["".join(self.typed("to").split())]).e164
        return number

    def typed(self, name: str) -> str:
        return str(self[name].value() or "").strip() if name in self.fields else ""

    def clean_to(self) -> str:
        if self.recipient is None:
            raise forms.ValidationError(
                _("“%(number)s” is no phone number. Write 11 digits, or + and the country code."),
                params={"number": self.cleaned_data["to"]},
            )
        return self.recipient

    def clean_status_callback(self) -> str:
        url = str(self.cleaned_data["status_callback"])
        if url:
            try:
                check_url(url)
            except Refusal as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return url

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("sender") and not cleaned.get("signature"):
            self.add_error("sender", _("Give the channel number of a signature."))
        for name, objection in self._objections(cleaned):
            self.add_error(name, objection)
        return cleaned

    def _objections(self, cleaned: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        is_code = self.template.type == MessageType.VERIFICATION
        longest = settings.SMS_CODE_LENGTH if is_code else None
        for position, attribute in enumerate(self.approved.attributes):
            name = f"value_{position}"
            if name in cleaned and (
                objection := rule_for(attribute, longest).objection(cleaned[name])
            ):
                yield name, objection

    def _offer_signatures(self) -> None:
        usable = Signature.objects.filter(
            application=self.template.application_id, type=self.template.type
        ).usable()
        signatures: Any = self.fields["signature"]
        signatures.choices = [("", "–"), *((one.name, one.name) for one in usable)]
        self.fields["sender"].initial = next((one.channel_number for one in usable), "")
