from django import forms
from django.utils.translation import gettext_lazy as _


class ApplicationForm(forms.Form):
    """What a customer says about a system that sends (spec console §5.1)."""

    name = forms.CharField(
        label=_("Application name"),
        max_length=64,
        help_text=_(
            "At most 64 Chinese characters, letters, digits and _ . - @ – "
            "only people read it, the APIs do not use it."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    uplink_url = forms.CharField(
        label=_("Uplink SMS address"),
        required=False,
        max_length=255,
        help_text=_("Replies of recipients are pushed to this http or https address."),
        widget=forms.URLInput(attrs={"placeholder": "https://sms.example.com/uplink"}),
    )
    report_url = forms.CharField(
        label=_("Batch status report address"),
        required=False,
        max_length=255,
        help_text=_(
            "Status reports are pushed to this http or https address when a call names no "
            "statusCallback."
        ),
        widget=forms.URLInput(attrs={"placeholder": "https://sms.example.com/report"}),
    )
