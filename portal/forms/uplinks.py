from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.clock import now, platform_zone
from messaging.models import Message
from messaging.models.ids import day_of
from messaging.queries import UplinkSearch
from messaging.services.handset import LONGEST

from .search import LONGEST_RANGE, SearchForm


class UplinkSearchForm(SearchForm):
    """Which replies to show."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].label = _("From number")
        self.fields["identifier"].label = _("smsMsgId")
        self.fields["start"].label = _("Received from")
        self.fields["end"].label = _("Received until")

    def checked_range(self, start: datetime | None, end: datetime | None) -> dict[str, datetime]:
        """Without a time, the days around that of the smsMsgId, else the last seven days."""
        _uuid, uplink_id = self.cleaned_data.get("identifier", (None, None))
        if uplink_id and not start and not end:
            start, end = _days_around(uplink_id)
        elif not start:
            start = (end or now()) - LONGEST_RANGE + timedelta(seconds=1)
        return super().checked_range(start, end)

    def search(self) -> UplinkSearch:
        """The search of a valid form."""
        cleaned = self.cleaned_data
        uuid, uplink_id = cleaned["identifier"]
        return UplinkSearch(
            customer=self.customer,
            start=cleaned["start"],
            end=cleaned["end"],
            sender=cleaned["number"],
            uplink_id=uplink_id,
            uuid=uuid,
            application=cleaned["application"],
        )


class OptOutSearchForm(SearchForm):
    """Which unsubscribed numbers to show."""

    # Django's way to leave out a field of the base.
    identifier = None  # type: ignore[assignment]
    start = None  # type: ignore[assignment]
    end = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].label = _("Number")


class ReplyForm(forms.Form):
    """What a phone of the inbox sends back; `message` is the one it answers.

    `phones` are the last message to each phone and how its number is shown, the likeliest first.
    """

    message = forms.TypedChoiceField(label=_("From phone"), coerce=int)
    text = forms.CharField(
        label=_("Reply"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("Reply as this phone …")}),
        error_messages={"required": _("The reply is empty. Write what the phone sends.")},
    )

    def __init__(self, data: Any = None, *, phones: list[tuple[Message, str]]) -> None:
        first = phones[0][0].id
        # Without ids: there are several on a page, and parts that htmx swaps in need none.
        super().__init__(data, auto_id=False, initial={"message": first})
        field: Any = self.fields["message"]
        field.choices = [(message.id, number) for message, number in phones]
        if len(phones) == 1:
            field.widget = forms.HiddenInput()


def _days_around(uplink_id: int) -> tuple[datetime | None, datetime | None]:
    """The day an id was given and the two before: what is stored then may have come earlier."""
    try:
        day = day_of(uplink_id)
    except OverflowError:  # no id of ours: nothing will be found
        return None, None
    midnight = datetime(day.year, day.month, day.day, tzinfo=platform_zone())
    return midnight - timedelta(days=2), midnight + timedelta(days=1)


class NumberRemovalForm(forms.Form):
    """Why a number that unsubscribed shall get promotions again."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("When and how the recipient agreed again. At most 500 characters."),
    )
