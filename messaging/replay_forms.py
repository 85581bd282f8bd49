"""What operations write to have a changed rule tried: one form for each kind of rule."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.clock import local_day, now
from common.numbers import mask, parse_recipients
from customers.models import Customer
from messaging.models import GuardLimit, PolicyReplay
from messaging.queries.hit_figures import last_days
from reviews.models.kinds import MessageType

if TYPE_CHECKING:
    from common.errors import Sentence


USUAL_DAYS = 14
MOST_SHOWN = 20
"""So many lines of a draft are shown."""
_DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class LinesField(forms.CharField):
    """A text with one entry in a line, cleaned to the lines that are not empty."""

    def __init__(self, *, label: "Sentence", help_text: "Sentence" = "", **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 8, "spellcheck": "false"})
        super().__init__(label=label, help_text=help_text, required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, (list, tuple)) else value


class ReplayForm(forms.Form):
    """A draft, and the traffic that it is tried against."""

    day = forms.DateField(
        label=_("Day"),
        widget=_DATE,
        help_text=_("Its messages are read again; of today those that have come so far."),
    )
    customer = forms.ModelChoiceField(
        Customer.objects.all(),
        label=_("Customer"),
        required=False,
        help_text=_("Empty for the traffic of all customers."),
    )
    field_order: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name not in ReplayForm.base_fields])
        self.fields["day"].initial = local_day(now()) - timedelta(days=1)
        column = PolicyReplay._meta.get_field("customer")
        customer: Any = self.fields["customer"]
        customer.widget = AutocompleteSelect(column, admin.site, choices=customer.choices)

    @property
    def draft(self) -> dict[str, Any]:
        """What a valid form says of the rule, as `messaging.rehearsals.drafts` reads it."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ReplayForm.base_fields
        }

    @classmethod
    def in_words(cls, draft: Mapping[str, Any]) -> list[tuple["Sentence", list[str], int]]:
        """Everything that a draft sets: its label, the first lines, and how many more there are.

        Complete numbers are masked.
        """
        said = []
        for name, field in cls.base_fields.items():
            if (value := draft.get(name)) in ([], None, ""):
                continue
            lines = value if isinstance(value, list) else [str(value)]
            shown = [_masked(line) for line in lines[:MOST_SHOWN]]
            said.append((field.label or name, shown, max(0, len(lines) - MOST_SHOWN)))
        return said


class FrequencyForm(ReplayForm):
    limits = LinesField(
        label=_("Limits of the platform"),
        help_text=_(
            "One in a line, as in SMS_FREQUENCY_LIMITS: notification=10/60 is ten in 60 seconds, "
            "content=2/59 two of the same text. Customers' own limits go on."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["limits"].initial = list(settings.SMS_FREQUENCY_LIMITS)


class KeywordForm(ReplayForm):
    added = LinesField(
        label=_("Words to add"),
        help_text=_("One in a line. They are looked for in the values of variables."),
    )
    left_out = LinesField(
        label=_("Words to leave out"), help_text=_("One in a line, as the list writes them.")
    )


class NumberForm(ReplayForm):
    denied = LinesField(
        label=_("Numbers and segments to block"),
        help_text=_(
            "One in a line: a number such as +8613800138000, or a segment of 4 to 11 digits and *, "
            "which is compared with the end of a number: 8000 or 138****8000."
        ),
    )
    allowed = LinesField(
        label=_("Numbers and segments to let through"),
        help_text=_("One in a line, likewise; whatever the lists say of them."),
    )


class WindowForm(ReplayForm):
    opens = forms.CharField(label=_("Promotions from"), max_length=5)
    closes = forms.CharField(
        label=_("Promotions until"),
        max_length=5,
        help_text=_("Hours and minutes of the platform's zone, 24:00 for the end of the day."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        opens, closes = settings.SMS_PROMOTION_WINDOW
        self.fields["opens"].initial, self.fields["closes"].initial = opens, closes


class ThresholdForm(ReplayForm):
    daily_limit = forms.IntegerField(label=_("Daily limit"), required=False)
    monthly_limit = forms.IntegerField(
        label=_("Monthly limit"),
        required=False,
        help_text=_(
            "For each customer by itself. Requests that a threshold refused are stored nowhere, so "
            "a higher limit shows no more than the slices of group tasks that it stopped."
        ),
    )


class GuardForm(ReplayForm):
    type = forms.ChoiceField(label=_("Message type"), choices=MessageType.choices)
    subject = forms.ChoiceField(
        label=_("Counted for each"),
        choices=[
            choice
            for choice in GuardLimit.Subject.choices
            if choice[0] != GuardLimit.Subject.ADDRESS
        ],
        help_text=_("Clients' addresses are not stored, so they cannot be tried afterwards."),
    )
    most = forms.IntegerField(label=pgettext_lazy("how many", "Messages"))
    per_s = forms.IntegerField(label=_("In seconds"))


FORMS: dict[str, type[ReplayForm]] = {
    PolicyReplay.Rule.FREQUENCY: FrequencyForm,
    PolicyReplay.Rule.KEYWORDS: KeywordForm,
    PolicyReplay.Rule.NUMBERS: NumberForm,
    PolicyReplay.Rule.WINDOW: WindowForm,
    PolicyReplay.Rule.THRESHOLD: ThresholdForm,
    PolicyReplay.Rule.GUARD: GuardForm,
}


def _masked(line: str) -> str:
    return mask(line) if parse_recipients([line]).e164[0] else line


class StoppedForm(forms.Form):
    """The days whose stopped messages are counted."""

    first = forms.DateField(label=_("From"), widget=_DATE)
    last = forms.DateField(label=_("To"), widget=_DATE)

    @staticmethod
    def usual() -> dict[str, date]:
        """The values when nothing is chosen."""
        first, last = last_days(USUAL_DAYS)
        return {"first": first, "last": last}

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and first > last:
            self.add_error("first", _("The first day is after the last one. Swap them."))
        elif first and last and (last - first).days >= settings.SMS_DETAILS_DAYS:
            days = {"most": settings.SMS_DETAILS_DAYS}
            self.add_error("first", _("These are more than %(most)d days. Choose fewer.") % days)

    @property
    def span(self) -> tuple[date, date]:
        return self.cleaned_data["first"], self.cleaned_data["last"]
