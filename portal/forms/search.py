"""What searches for messages and for their reports have in common."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from common.numbers import parse_recipients
from customers.models import Application, Customer
from messaging.queries import spans
from portal.refusals import refused_into

from .fields import MomentField

LONGEST_RANGE = spans.LONGEST


class SearchForm(forms.Form):
    """Recipient, application, identifier and a range of time; empty fields do not matter."""

    number = forms.CharField(
        label=_("Recipient"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    application = forms.ModelChoiceField(
        Application.objects.none(), label=_("Application"), required=False, empty_label=_("All")
    )
    identifier = forms.CharField(label=_("smsMsgId or request ID"), required=False)
    start = MomentField(label=_("From"), required=False)
    end = MomentField(label=_("To"), required=False)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer
        own: Any = self.fields["application"]
        own.queryset = Application.objects.for_customer(customer)

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def clean_number(self) -> str:
        """The number as messages carry it; the blanks of a copied number do not matter."""
        typed = "".join(self.cleaned_data["number"].split())
        if not typed:
            return ""
        (number,) = parse_recipients([typed]).e164
        if number is None:
            raise forms.ValidationError(
                _("“%(number)s” is no phone number. Write 11 digits, or + and the country code."),
                params={"number": typed},
            )
        return number

    def clean_identifier(self) -> tuple[UUID | None, int | None]:
        """Take `<uuid>` or `<uuid>_<message number>` apart (ruling 8)."""
        typed = self.cleaned_data["identifier"].strip()
        if not typed:
            return None, None
        request_uuid, _separator, number = typed.partition("_")
        try:
            return UUID(request_uuid), int(number) if number else None
        except ValueError:
            raise forms.ValidationError(
                _("This is neither an smsMsgId nor a request ID. Copy it from the API's answer.")
            ) from None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "start" in cleaned and "end" in cleaned:
            cleaned |= self.checked_range(cleaned["start"], cleaned["end"])
        return cleaned

    def checked_range(self, start: datetime | None, end: datetime | None) -> dict[str, datetime]:
        """A range of at most a week; by default the last 24 hours."""
        start, end = spans.filled(start, end)
        with refused_into(self):
            spans.check(start, end)
        return {"start": start, "end": end}
