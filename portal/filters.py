"""Filters above the lists (spec console §5.2, §7.3, §8.4, §9.3)."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from messaging.models import GroupTask
from reviews.models import Signature, Template
from reviews.models.kinds import MessageType


class ListFilter(filters.FilterSet):
    """A filter that also says whether anything is being filtered."""

    @property
    def is_filtered(self) -> bool:
        """Whether the visitor set any filter, a wrong value included."""
        return any(self.data.get(name) for name in self.filters)


def _any(label: Any, choices: Any) -> filters.ChoiceFilter:
    return filters.ChoiceFilter(label=label, choices=choices, empty_label=_("All"))


class SignatureFilter(ListFilter):
    name = filters.CharFilter(label=_("Signature name"), lookup_expr="icontains")
    type = _any(_("Type"), MessageType.choices)
    status = _any(_("Status"), Signature.Status.choices)

    class Meta:
        model = Signature
        fields: list[str] = []


class TemplateFilter(ListFilter):
    name = filters.CharFilter(label=_("Template name"), lookup_expr="icontains")
    template_id = filters.CharFilter(label=_("Template ID"), method="with_template_id")
    type = _any(_("Type"), MessageType.choices)
    status = _any(_("Status"), Template.Status.choices)

    class Meta:
        model = Template
        fields: list[str] = []

    def with_template_id(
        self, objects: QuerySet[Template], _name: str, value: str
    ) -> QuerySet[Template]:
        return objects.filter(template_id=value.strip().lower())


class GroupTaskFilter(ListFilter):
    name = filters.CharFilter(label=_("Task name"), lookup_expr="icontains")
    state = _any(_("Status"), GroupTask.State.choices)

    class Meta:
        model = GroupTask
        fields: list[str] = []
