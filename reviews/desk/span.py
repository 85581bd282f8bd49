"""The days and the kind of case that the desk's figures are about."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.clock import local_day, now, platform_zone
from reviews.models import Submission

if TYPE_CHECKING:
    from common.errors import Sentence

DAYS = 30
MOST_DAYS = 366
_DAY = timedelta(days=1)


def _day(label: "Sentence") -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget)


class SpanForm(forms.Form):
    """The choice of days and kind; without one, the last thirty days and every kind."""

    first = _day(_("From"))
    last = _day(_("To"))
    kind = forms.ChoiceField(
        label=_("Object type"),
        choices=[("", _("All")), *Submission.Kind.choices],
        required=False,
    )

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and first > last:
            self.add_error("first", _("The first day is after the last one. Swap them."))
        elif first and last and (last - first).days >= MOST_DAYS:
            self.add_error(
                "first",
                _("These are more than %(most)d days. Choose fewer.") % {"most": MOST_DAYS},
            )


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days of the platform's zone, both ends included; an empty kind is every kind."""

    first: date
    last: date
    kind: str = ""

    @classmethod
    def of(cls, form: SpanForm) -> Self:
        """What a form chose; a bad form chooses the last thirty days."""
        chosen = form.cleaned_data if form.is_valid() else {}
        last = chosen.get("last") or max(local_day(now()), chosen.get("first") or date.min)
        first = chosen.get("first") or last - _DAY * (DAYS - 1)
        return cls(max(first, last - _DAY * (MOST_DAYS - 1)), last, chosen.get("kind", ""))

    @property
    def days(self) -> list[date]:
        return [self.first + _DAY * each for each in range((self.last - self.first).days + 1)]

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(self.first, time(), platform_zone())

    @property
    def ends_at(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.last + _DAY, time(), platform_zone())


def form_of(query: QueryDict) -> SpanForm:
    """The bound form of an address, with the days it shows filled in."""
    form = SpanForm(query)
    span = Span.of(form)
    if form.is_valid():
        form = SpanForm({"first": span.first, "last": span.last, "kind": span.kind})
    return form
