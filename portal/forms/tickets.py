from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Ticket


class ManyFiles(forms.FileField):
    """Any number of files in one field; cleaned to a list."""

    class _Input(forms.ClearableFileInput):
        allow_multiple_selected = True
        template_name = "django/forms/widgets/file.html"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            widget=self._Input(attrs={"accept": ".jpg,.jpeg,.png,.gif,.pdf"}),
            **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(ManyFiles, self).clean(each, initial) for each in data or () if each]


class MessageForm(forms.Form):
    """A message in a ticket, with files if there are any."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Never write passwords or secrets. At most 2,000 characters."),
    )
    attachments = ManyFiles(
        label=_("Files"), help_text=_("At most 5, JPG, PNG, GIF or PDF, each of at most 2 MB.")
    )


class TicketForm(MessageForm):
    """A new ticket."""

    kind = forms.ChoiceField(label=_("What is it about?"), choices=Ticket.Kind.choices)
    subject = forms.CharField(label=_("Subject"), max_length=100)
    field_order = ("kind", "subject", "text", "attachments")
