from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Application


class ApplicationForm(forms.ModelForm):
    """What a customer says about a system that sends (spec console §5.1)."""

    class Meta:
        model = Application
        fields = ("name", "uplink_url", "report_url")
        help_texts = {
            "name": _(
                "At most 64 characters: Chinese characters, letters, digits and _ . - @ "
                "Only people read it; the APIs do not use it."
            ),
            "uplink_url": _("Replies of recipients are pushed to this http or https address."),
            "report_url": _(
                "Status reports are pushed to this http or https address when a call names no "
                "statusCallback."
            ),
        }
        labels = {
            "uplink_url": _("Uplink SMS address"),
            "report_url": _("Batch status report address"),
            "name": _("Application name"),
        }
        widgets = {
            "uplink_url": forms.URLInput(attrs={"placeholder": "https://sms.example.com/uplink"}),
            "report_url": forms.URLInput(attrs={"placeholder": "https://sms.example.com/report"}),
        }

    def validate_constraints(self) -> None:
        """Left to the service, which says what to do about a name that exists."""
