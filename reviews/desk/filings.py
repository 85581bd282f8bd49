"""The filing board: every approved signature and where it stands with each carrier (§7.6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.clock import local_day, now
from customers.models import User
from reviews.models import Evidence, Filing, Signature
from reviews.services import evidence, filings

PAGE = 50
_NONE = Filing.Status.NOT_SUBMITTED
_BEFORE = (
    Signature.Status.PENDING_QUALIFICATION_REVIEW,
    Signature.Status.PENDING_REVIEW,
    Signature.Status.REVIEW_NOT_PASS,
)
"""Statuses of signatures that are not filed yet: their content is not approved."""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A signature with its filing at each carrier, in the carriers' order."""

    signature: Signature
    filings: list[Filing]


class BoardFilter(forms.Form):
    """What of the board is shown."""

    q = forms.CharField(label=_("Signature or customer"), max_length=128, required=False)
    carrier = forms.ChoiceField(
        label=_("Carrier"),
        choices=[("", _("Any carrier")), *Filing.Carrier.choices],
        required=False,
    )
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("Any status")), *Filing.Status.choices], required=False
    )

    def signatures(self) -> QuerySet[Signature]:
        """The signatures that fit, those changed last first; all of them for a bad filter."""
        chosen = self.cleaned_data if self.is_valid() else {}
        found: QuerySet[Signature] = Signature.objects.exclude(status__in=_BEFORE)
        if q := chosen.get("q"):
            found = found.filter(Q(name__icontains=q) | Q(customer__name__icontains=q))
        if status := chosen.get("status"):
            found = _standing(found, chosen.get("carrier", ""), status)
        return found.select_related("customer").order_by("-updated_at", "-id")


def board(chosen: BoardFilter, *, page: str) -> Page[Any]:
    """One page of the board as `BoardRow`s, in a fixed number of queries."""
    found: Page[Any] = Paginator(chosen.signatures().prefetch_related("filings"), PAGE).get_page(
        page
    )
    found.object_list = [
        BoardRow(signature, every_carrier(signature, signature.filings.all()))
        for signature in found.object_list
    ]
    return found


def every_carrier(signature: Signature, rows: Iterable[Filing]) -> list[Filing]:
    """A signature's filing at each carrier; one that was never begun is a new, unsaved row."""
    begun = {filing.carrier: filing for filing in rows}
    return [
        begun.get(carrier) or Filing(signature=signature, carrier=carrier)
        for carrier in Filing.Carrier.values
    ]


class FilingForm(forms.Form):
    """What a carrier was sent or answered, with the paper that shows it."""

    status = forms.ChoiceField(label=_("Status"), choices=Filing.Status.choices)
    on = forms.DateField(
        label=_("Day"),
        required=False,
        help_text=_("Of the filing or the answer; today when left empty."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    reason = forms.CharField(
        label=_("Reason of a failure"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    evidence = forms.FileField(
        label=_("Paper of the carrier (optional)"),
        required=False,
        help_text=_("JPG, PNG, GIF or PDF, at most 2 MB."),
    )

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day and day > local_day(now()):
            raise forms.ValidationError(_("This day is still to come. Enter the day it happened."))
        return day


@transaction.atomic
def write_down(
    *,
    signature: Signature,
    carrier: str,
    values: Mapping[str, Any],
    actor: User,
    ip_address: str | None,
) -> Filing:
    """Write a filing into the ledger, with its paper; `values` are those of `FilingForm`.

    Refuses whatever `filings.record` and `evidence.attach` refuse; then nothing is written.
    """
    begun = {filing.carrier: filing for filing in filings.begin(signature)}
    filing = filings.record(
        filing=begun[carrier],
        status=values["status"],
        reason=values["reason"],
        on=values["on"],
        actor=actor,
        ip_address=ip_address,
    )
    paper: UploadedFile[Any] | None = values["evidence"]
    if paper is not None:
        upload = evidence.Upload(kind=Evidence.Kind.OTHER, file=paper)
        evidence.attach(owner=filing, upload=upload, actor=actor, ip_address=ip_address)
    return filing


def _standing(found: QuerySet[Signature], carrier: str, status: str) -> QuerySet[Signature]:
    """Signatures with that status at the carrier, or at any; no row means not submitted."""
    of_carrier = Q(carrier=carrier) if carrier else Q()
    if status != _NONE:
        rows = Filing.objects.filter(of_carrier, signature=OuterRef("pk"), status=status)
        return found.filter(Exists(rows))
    if carrier:
        sent = Filing.objects.filter(of_carrier, signature=OuterRef("pk")).exclude(status=_NONE)
        return found.filter(~Exists(sent))
    sent_to = Count("filings", filter=~Q(filings__status=_NONE))
    return found.annotate(sent_to=sent_to).filter(sent_to__lt=len(Filing.Carrier.values))
