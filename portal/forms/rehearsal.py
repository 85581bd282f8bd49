from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.numbers import parse_recipients
from customers.models import Customer
from messaging.services.rehearsal import Rehearsal
from reviews.models import Signature, Template

from .fields import MomentField


class RehearsalForm(forms.Form):
    """A message that is only asked about."""

    template = forms.ModelChoiceField(Template.objects.none(), label=_("Template"))
    signature = forms.ModelChoiceField(
        Signature.objects.none(),
        label=_("Signature"),
        required=False,
        help_text=_("Only for universal templates; others have theirs."),
    )
    number = forms.CharField(
        label=_("Number"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    values = forms.CharField(
        label=_("Values of the variables"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("One in a line, in the order of the template."),
    )
    moment = MomentField(
        label=_("Time"), required=False, help_text=_("Beijing time; empty for now.")
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        templates = Template.objects.usable().filter(customer=customer, version__isnull=False)
        signatures = Signature.objects.usable().filter(customer=customer)
        template: Any = self.fields["template"]
        template.queryset = templates.select_related("version", "signature", "customer")
        signature: Any = self.fields["signature"]
        signature.queryset = signatures.order_by("name", "type")
        signature.label_from_instance = _with_type

    def clean_number(self) -> str:
        written: str = self.cleaned_data["number"]
        (number,) = parse_recipients(["".join(written.split())]).e164
        if number is None:
            raise forms.ValidationError(
                _("“%(number)s” is no phone number. Write 11 digits, or + and the country code."),
                params={"number": written},
            )
        return number

    @property
    def rehearsal(self) -> Rehearsal:
        data = self.cleaned_data
        return Rehearsal(
            template=data["template"],
            signature=data["signature"],
            number=data["number"],
            values=data["values"].splitlines(),
            moment=data["moment"] or now(),
        )


def _with_type(signature: Signature) -> str:
    """A name may belong to signatures of several types."""
    return f"【{signature.name}】 {signature.get_type_display()}"
