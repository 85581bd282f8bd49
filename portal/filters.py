"""Filters above the lists (spec console §5.2, §6.3, §7.3, §8.4, §9.3)."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.models import Application, LedgerEntry
from messaging.models import GroupTask
from portal.access import MemberRequest
from reviews.models import Qualification, Signature, Template
from reviews.models.kinds import MessageType


class ListFilter(filters.FilterSet):
    """A filter that also says whether anything is being filtered."""

    @property
    def is_filtered(self) -> bool:
        """Whether the visitor set any filter, a wrong value included."""
        return any(self.data.get(name) for name in self.filters)


def _any(label: Any, choices: Any) -> filters.ChoiceFilter:
    return filters.ChoiceFilter(label=label, choices=choices, empty_label=_("All"))


def _applications(request: MemberRequest) -> QuerySet[Application]:
    return Application.objects.for_customer(request.customer).order_by("id")


def _day(label: Any, lookup: str, *, field: str = "created_at") -> filters.DateFilter:
    """A day in the platform's zone, chosen with the browser's own picker."""
    return filters.DateFilter(
        label=label,
        field_name=field,
        lookup_expr=f"date__{lookup}",
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class PublicIdFilter(filters.UUIDFilter):
    """An ID copied from the list, blanks around it included."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, field_name="public_id")


class QualificationFilter(ListFilter):
    name = filters.CharFilter(label=_("Qualification name"), lookup_expr="icontains")
    enterprise_name = filters.CharFilter(label=_("Enterprise name"), lookup_expr="icontains")
    purpose = _any(_("Purpose"), Qualification.Purpose.choices)
    status = _any(_("Status"), Qualification.Status.choices)

    class Meta:
        model = Qualification
        fields: list[str] = []


class SignatureFilter(ListFilter):
    name = filters.CharFilter(label=_("Signature name"), lookup_expr="icontains")
    id = PublicIdFilter(_("Signature ID"))
    type = _any(_("Type"), MessageType.choices)
    application = filters.ModelChoiceFilter(
        label=_("Application"), queryset=_applications, empty_label=_("All")
    )
    status = _any(_("Status"), Signature.Status.choices)
    since = _day(_("Created from"), "gte")
    until = _day(_("Created to"), "lte")

    class Meta:
        model = Signature
        fields: list[str] = []


class TemplateFilter(ListFilter):
    name = filters.CharFilter(label=_("Template name"), lookup_expr="icontains")
    template_id = filters.CharFilter(label=_("Template ID"), method="with_template_id")
    type = _any(_("Type"), MessageType.choices)
    application = filters.ModelChoiceFilter(
        label=_("Application"), queryset=_applications, empty_label=_("All")
    )
    status = _any(_("Status"), Template.Status.choices)
    since = _day(_("Created from"), "gte")
    until = _day(_("Created to"), "lte")

    class Meta:
        model = Template
        fields: list[str] = []

    def with_template_id(
        self, objects: QuerySet[Template], _name: str, value: str
    ) -> QuerySet[Template]:
        return objects.filter(template_id=value.strip().lower())


class GroupTaskFilter(ListFilter):
    name = filters.CharFilter(label=_("Task name"), lookup_expr="icontains")
    id = PublicIdFilter(_("Task ID"))
    state = _any(_("Status"), GroupTask.State.choices)
    since = _day(_("Created from"), "gte")
    until = _day(_("Created to"), "lte")

    class Meta:
        model = GroupTask
        fields: list[str] = []


class LedgerFilter(ListFilter):
    type = _any(_("What"), LedgerEntry.Type.choices)
    package = filters.CharFilter(
        label=_("Package"), field_name="package__name", lookup_expr="icontains"
    )
    since = _day(_("From"), "gte", field="at")
    until = _day(_("To"), "lte", field="at")

    class Meta:
        model = LedgerEntry
        fields: list[str] = []
