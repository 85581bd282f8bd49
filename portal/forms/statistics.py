"""The selection of the statistics page (spec console §10)."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.clock import local_day, now
from customers.models import Application, Customer
from messaging.statistics.filters import Filters
from messaging.statistics.places import CARRIERS, REGIONS
from messaging.statistics.span import check_days
from portal.refusals import refused_into
from reviews.models import Signature, Template
from reviews.models.kinds import MessageType

UNKNOWN_SIGNATURE = 0


class DayField(forms.DateField):
    """A day of the platform's zone, chosen with the browser's own picker."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, **kwargs)


class SeveralField(forms.TypedMultipleChoiceField):
    """Any number of choices, as check boxes; none of them stands for all."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, coerce=int, widget=forms.CheckboxSelectMultiple, **kwargs)


class StatisticsForm(forms.Form):
    """Days and what messages have in common; empty fields do not matter."""

    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("To"), required=False)
    applications = SeveralField(label=_("Application"))
    signatures = SeveralField(label=_("Signature"))
    templates = SeveralField(label=_("Template"))
    type = forms.ChoiceField(
        label=_("Type"), required=False, choices=[("", _("All")), *MessageType.choices]
    )
    sender = forms.ChoiceField(label=_("Channel number"), required=False)
    carrier = forms.TypedChoiceField(
        label=_("Carrier"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("All")), *CARRIERS.items()],
    )
    region = forms.TypedChoiceField(
        label=_("Region"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("All")), *REGIONS.items()],
    )

    def __init__(self, data: QueryDict, *, customer: Customer) -> None:
        """Days that are not given are filled in: the one that is, or today."""
        day = data.get("first") or data.get("last") or local_day(now()).isoformat()
        filled = data.copy()
        filled["first"], filled["last"] = data.get("first") or day, data.get("last") or day
        super().__init__(filled)
        self.is_filtered = any(data.get(name) for name in self.fields)
        self.customer = customer
        own: dict[str, Any] = dict(self.fields)
        signatures = Signature.objects.for_customer(customer).order_by("name", "pk")
        own["applications"].choices = _named(Application.objects.for_customer(customer))
        own["templates"].choices = _named(Template.objects.for_customer(customer))
        own["signatures"].choices = [
            *_named(signatures),
            (UNKNOWN_SIGNATURE, _("Unknown signature")),
        ]
        senders = signatures.exclude(channel_number="").values_list("channel_number", flat=True)
        own["sender"].choices = [("", _("All")), *((one, one) for one in sorted(set(senders)))]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "first" in cleaned and "last" in cleaned:
            with refused_into(self):
                check_days(cleaned["first"], cleaned["last"])
        return cleaned

    def filters(self) -> Filters:
        """The selection of a valid form."""
        cleaned = self.cleaned_data
        return Filters.of_days(
            customer_id=self.customer.pk,
            first=cleaned["first"],
            last=cleaned["last"],
            applications=tuple(cleaned["applications"]),
            signatures=tuple(cleaned["signatures"]),
            templates=tuple(cleaned["templates"]),
            types=_only(cleaned["type"]),
            senders=_only(cleaned["sender"]),
            carriers=_only(cleaned["carrier"]),
            regions=_only(cleaned["region"]),
        )


def _named(things: Any) -> list[tuple[int, str]]:
    return list(things.order_by("name", "pk").values_list("pk", "name"))


def _only(value: Any) -> tuple[Any, ...]:
    return () if value in ("", None) else (value,)
