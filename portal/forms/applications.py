from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import AddressListField


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
    ip_allowlist = AddressListField(
        label=_("IP allow-list"),
        help_text=_(
            "Only these addresses may call the send API; any may while the list is empty. At most "
            "100 addresses or networks, such as 203.0.113.7 or 203.0.113.0/24, one a line."
        ),
    )
    refuses_replays = forms.BooleanField(
        label=_("Refuse replayed requests"),
        required=False,
        help_text=_(
            "A nonce of X-WSSE is then accepted once in 24 hours. Switch it on only when your "
            "system makes a new nonce for each request."
        ),
    )


class NewApplicationForm(ApplicationForm):
    """What is said once, when the application is created."""

    makes_test_objects = forms.BooleanField(
        label=_("Test signature and template"),
        required=False,
        help_text=_(
            "You get a signature and a template of the platform to try sending with, at once and "
            "without a review. They are deleted after 30 days."
        ),
    )
    receives_uplink_time = forms.BooleanField(
        label=_("Receive uplink reply time"),
        required=False,
        help_text=_(
            "Pushes of replies then carry createTime, the time of the reply. "
            "This cannot be changed later."
        ),
    )


class SecretResetForm(forms.Form):
    """How the old secret ends when a new one takes its place (ruling 31)."""

    ending = forms.ChoiceField(
        label=_("The old secret"),
        choices=[
            ("keep", _("works for 24 hours more, so that you can change your systems in peace")),
            ("end", _("ends at once – choose this when someone else may know it")),
        ],
        initial="keep",
        widget=forms.RadioSelect,
    )
    replaces = forms.CharField(widget=forms.HiddenInput)
    """The fingerprint of the secret that was there when the page was opened: sending the page
    again does not reset the new secret."""
