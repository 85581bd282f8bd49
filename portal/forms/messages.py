from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.numbers import parse_recipients
from customers.models import Application, Customer
from messaging.models import GroupTask, Message
from messaging.queries import MessageSearch
from reviews.models import Template

from .fields import MomentField

LONGEST_RANGE = timedelta(days=7)
USUAL_RANGE = timedelta(hours=24)


class MessageSearchForm(forms.Form):
    """What to look for in the sending details (spec console §11); empty fields do not matter."""

    number = forms.CharField(
        label=_("Recipient"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    state = forms.TypedChoiceField(
        label=_("Status"),
        required=False,
        coerce=lambda value: Message.State(int(value)),
        empty_value=None,
        choices=[("", _("All")), *Message.State.choices],
    )
    application = forms.ModelChoiceField(
        Application.objects.none(), label=_("Application"), required=False, empty_label=_("All")
    )
    template = forms.ModelChoiceField(
        Template.objects.none(), label=_("Template"), required=False, empty_label=_("All")
    )
    identifier = forms.CharField(label=_("smsMsgId or request ID"), required=False)
    start = MomentField(label=_("From"), required=False)
    end = MomentField(label=_("To"), required=False)
    task = forms.ModelChoiceField(
        GroupTask.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer
        for name, model in (("application", Application), ("template", Template)):
            own: Any = self.fields[name]
            own.queryset = model.objects.for_customer(customer)
        tasks: Any = self.fields["task"]
        tasks.queryset = GroupTask.objects.for_customer(customer)

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
            cleaned |= self._range(cleaned["start"], cleaned["end"], cleaned.get("task"))
        return cleaned

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

    def _range(
        self, start: datetime | None, end: datetime | None, task: GroupTask | None
    ) -> dict[str, datetime]:
        """A range of at most a week; by default the last 24 hours, or those of the group task."""
        if task and task.started_at and not start and not end:
            return {"start": task.started_at, "end": task.started_at + LONGEST_RANGE}
        end = end or (min(start + LONGEST_RANGE, timezone.now()) if start else timezone.now())
        start = start or end - USUAL_RANGE
        if start > end:
            self.add_error("end", _("The end lies before the beginning. Exchange the two times."))
        elif end - start > LONGEST_RANGE:
            self.add_error("end", _("Choose a range of at most 7 days."))
        return {"start": start, "end": end}
