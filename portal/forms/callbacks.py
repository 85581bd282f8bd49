from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer
from messaging.queries import CallbackSearch, Outcome

from .search import SearchForm


class CallbackSearchForm(SearchForm):
    """Which attempts to show in the callback log."""

    outcome = forms.TypedChoiceField(
        label=_("Outcome of the report"),
        required=False,
        coerce=Outcome,
        empty_value=None,
        choices=[("", _("All")), *Outcome.choices],
    )
    address = forms.CharField(label=_("Address contains"), required=False, max_length=255)

    field_order = ("outcome", "address", "application", "number", "identifier", "start", "end")

    def search(self) -> CallbackSearch:
        """The search of a valid form."""
        cleaned = self.cleaned_data
        request_uuid, message_id = cleaned["identifier"]
        return CallbackSearch(
            customer=self.customer,
            start=cleaned["start"],
            end=cleaned["end"],
            application=cleaned["application"],
            address=cleaned["address"].strip(),
            outcome=cleaned["outcome"],
            recipient=cleaned["number"],
            message_id=message_id,
            request_uuid=request_uuid,
        )


class SampleForm(forms.Form):
    """What to push as a sample, and where to."""

    class What(TextChoices):
        REPORT = "report", _("A status report, as a form (statusCallback)")
        BATCH = "batch", _("A batch of status reports, as JSON")
        UPLINK = "uplink", _("A reply of a recipient (uplink)")

    application = forms.ModelChoiceField(
        Application.objects.none(),
        label=_("Application"),
        to_field_name="public_id",
        empty_label=None,
        help_text=_("Its push keys sign the sample, when it has any."),
    )
    what = forms.ChoiceField(
        label=_("What is pushed"), choices=What, initial=What.REPORT, widget=forms.RadioSelect
    )
    url = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=255,
        help_text=_(
            "Left empty: the batch report address or the uplink address of the application."
        ),
        widget=forms.URLInput(attrs={"placeholder": "https://sms.example.com/report"}),
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own: Any = self.fields["application"]
        own.queryset = Application.objects.for_customer(customer)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        application, what = cleaned.get("application"), cleaned.get("what")
        url = (cleaned.get("url") or "").strip()
        if application and what and not url and "url" not in self.errors:
            url = application.uplink_url if what == self.What.UPLINK else application.report_url
            if not url:
                self.add_error(
                    "url", _("The application has no such address of its own: type one here.")
                )
        return cleaned | {"url": url}
