from django import forms
from django.utils.translation import gettext_lazy as _

from customers.attachments import ManyFiles
from customers.models import Ticket


class MessageForm(forms.Form):
    """A message in a ticket, with files if there are any."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Never write passwords or secrets. At most 2,000 characters."),
    )
    attachments = ManyFiles()


class TicketForm(MessageForm):
    """A new ticket."""

    kind = forms.ChoiceField(label=_("What is it about?"), choices=Ticket.Kind.choices)
    subject = forms.CharField(label=_("Subject"), max_length=100)
    field_order = ("kind", "subject", "text", "attachments")
