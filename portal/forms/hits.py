from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.clock import now
from messaging.models import RuleHit
from messaging.queries.hits import HitSearch, hit_span
from messaging.services.number_removal import LONGEST_REASON
from portal.refusals import refused_into

from .messages import QUICK_RANGES
from .search import SearchForm

KINDS = (RuleHit.Kind.BLOCKLIST, RuleHit.Kind.OPT_OUT, RuleHit.Kind.NUMBER_CONTROL)
"""What the page calls blocklists: those of the platform, of recipients and of the customer."""


class HitSearchForm(SearchForm):
    """Which messages to blocked numbers to show."""

    kind = forms.ChoiceField(
        label=_("List"),
        required=False,
        choices=[("", _("All")), *((kind.value, kind.label) for kind in KINDS)],
    )
    last = forms.ChoiceField(
        required=False,
        widget=forms.HiddenInput,
        choices=[(key, title) for key, (title, _span) in QUICK_RANGES.items()],
    )
    # Django's way to leave out a field of the base.
    identifier = None  # type: ignore[assignment]
    field_order = ("number", "kind", "application", "start", "end")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].label = _("Number")

    def checked_range(self, start: datetime | None, end: datetime | None) -> dict[str, Any]:
        """At most a week of the last 60 days; of one number all of them, when no time is given."""
        last = self.cleaned_data.get("last")
        if last and not start and not end and not self.cleaned_data.get("number"):
            start = now() - QUICK_RANGES[last][1] + timedelta(seconds=1)
        with refused_into(self):
            start, end = hit_span(start, end, is_of_number=bool(self.cleaned_data.get("number")))
        return {"start": start, "end": end}

    def search(self) -> HitSearch:
        """The search of a valid form."""
        cleaned = self.cleaned_data
        return HitSearch(
            customer=self.customer,
            kinds=[cleaned["kind"]] if cleaned["kind"] else [kind.value for kind in KINDS],
            start=cleaned["start"],
            end=cleaned["end"],
            recipient=cleaned["number"],
            application=cleaned["application"],
        )


class UnblockingForm(forms.Form):
    """Why a number shall be taken off a blocklist of the platform."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "What you send to the number, and when and how the recipient agreed to it. "
            "At most 500 characters."
        ),
    )
