from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from messaging.models import GroupTask
from messaging.queries import UNKNOWN_SIGNATURE, MessageSearch, Result, templates_called
from reviews.models import Signature
from reviews.models.kinds import MessageType

from .search import LONGEST_RANGE, SearchForm

QUICK_RANGES = {
    "1h": (_("Last hour"), timedelta(hours=1)),
    "24h": (_("Last 24 hours"), timedelta(hours=24)),
    "7d": (_("Last 7 days"), timedelta(days=7)),
}
"""Spans up to now, by the value of the field `last`."""


class MessageSearchForm(SearchForm):
    """What to look for in the sending details (spec console §11)."""

    result = forms.TypedChoiceField(
        label=_("Send result"),
        required=False,
        coerce=Result,
        empty_value=None,
        choices=[("", _("All")), *Result.choices],
    )
    template = forms.CharField(label=_("Template ID or name"), required=False, max_length=128)
    type = forms.ChoiceField(
        label=_("Template type"), required=False, choices=[("", _("All")), *MessageType.choices]
    )
    signature = forms.TypedChoiceField(
        label=_("Signature"), required=False, coerce=int, empty_value=None
    )
    sender = forms.CharField(label=_("Channel number"), required=False, max_length=21)
    code = forms.CharField(label=_("Status code"), required=False, max_length=32)
    task = forms.ModelChoiceField(
        GroupTask.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.HiddenInput,
    )
    last = forms.ChoiceField(
        required=False,
        widget=forms.HiddenInput,
        choices=[(key, title) for key, (title, _span) in QUICK_RANGES.items()],
    )

    field_order = (
        "number",
        "result",
        "code",
        "application",
        "signature",
        "template",
        "type",
        "sender",
        "identifier",
        "start",
        "end",
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, customer=customer, **kwargs)
        own: dict[str, Any] = dict(self.fields)
        own["task"].queryset = GroupTask.objects.for_customer(customer)
        named = Signature.objects.for_customer(customer).order_by("name", "id")
        own["signature"].choices = [
            ("", _("All")),
            *((pk, f"【{name}】") for pk, name in named.values_list("pk", "name")),
            (UNKNOWN_SIGNATURE, _("Unknown signature")),
        ]

    def checked_range(self, start: datetime | None, end: datetime | None) -> dict[str, datetime]:
        """Without a time, a quick range, or that of the group task when one is looked at."""
        task, last = self.cleaned_data.get("task"), self.cleaned_data.get("last")
        if not start and not end:
            if last:
                start = timezone.now() - QUICK_RANGES[last][1] + timedelta(seconds=1)
            elif task and task.started_at:
                start, end = task.started_at, task.started_at + LONGEST_RANGE
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
            result=cleaned["result"],
            code=cleaned["code"].strip(),
            message_id=message_id,
            request_uuid=request_uuid,
            application_id=cleaned["application"] and cleaned["application"].pk,
            template_ids=templates_called(self.customer, cleaned["template"].strip()),
            signature_id=cleaned["signature"],
            type=cleaned["type"],
            sender=cleaned["sender"].strip(),
            group_task_id=cleaned["task"] and cleaned["task"].pk,
        )

    def in_words(self) -> list[tuple[str, str]]:
        """What a valid form is narrowed to: label and value of each field that was filled in."""
        cleaned = self.cleaned_data
        moments = [
            (str(self.fields[name].label), f"{timezone.localtime(cleaned[name]):%Y-%m-%d %H:%M:%S}")
            for name in ("start", "end")
        ]
        task = [(str(_("Group task")), cleaned["task"].name)] if cleaned["task"] else []
        return [*moments, *task, *self._chosen()]

    def _chosen(self) -> Iterator[tuple[str, str]]:
        for field in self.visible_fields():
            value = field.value()
            if field.name in ("start", "end") or not value:
                continue
            choices = {str(key): title for key, title in getattr(field.field, "choices", ())}
            yield str(field.label), str(choices.get(str(value), value))
