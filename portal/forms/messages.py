from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from messaging.models import GroupTask, Message
from messaging.queries import MessageSearch
from reviews.models import Template

from .search import LONGEST_RANGE, SearchForm

STATES = dict(Message.State.choices) | {
    Message.State.EXPIRED: _("No report in time, or too old to be sent")
}


class MessageSearchForm(SearchForm):
    """What to look for in the sending details (spec console §11)."""

    state = forms.TypedChoiceField(
        label=_("Status"),
        required=False,
        coerce=lambda value: Message.State(int(value)),
        empty_value=None,
        choices=[("", _("All")), *STATES.items()],
    )
    template = forms.ModelChoiceField(
        Template.objects.none(), label=_("Template"), required=False, empty_label=_("All")
    )
    task = forms.ModelChoiceField(
        GroupTask.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.HiddenInput,
    )

    field_order = ("number", "state", "application", "template", "identifier", "start", "end")

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, customer=customer, **kwargs)
        own: dict[str, Any] = dict(self.fields)
        own["template"].queryset = Template.objects.for_customer(customer)
        own["task"].queryset = GroupTask.objects.for_customer(customer)

    def checked_range(self, start: datetime | None, end: datetime | None) -> dict[str, datetime]:
        """Without a time, that of the group task when one is looked at."""
        task = self.cleaned_data.get("task")
        if task and task.started_at and not start and not end:
            return {"start": task.started_at, "end": task.started_at + LONGEST_RANGE}
        return super().checked_range(start, end)

    def search(self) -> MessageSearch:
        """The search of a valid form."""
        cleaned = self.cleaned_data
        request_uuid, message_id = cleaned["identifier"]
        return MessageSearch(
            customer=self.customer,
            start=cleaned["start"],
            end=cleaned["end"],
            recipient=cleaned["number"],
            state=cleaned["state"],
            message_id=message_id,
            request_uuid=request_uuid,
            application=cleaned["application"],
            template=cleaned["template"],
            group_task=cleaned["task"],
        )
