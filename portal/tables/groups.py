from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from messaging.models import GroupTask, RecipientList

from .columns import MomentColumn, OperationsColumn, PillColumn


class GroupTaskTable(tables.Table):
    """The group tasks of a customer (spec console §9.3)."""

    name = tables.TemplateColumn(template_name="portal/groups/columns/name.html")
    message = tables.TemplateColumn(
        template_name="portal/groups/columns/message.html", verbose_name=_("Message")
    )
    valid_rows = tables.TemplateColumn(
        "{% load humanize %}<span class='number'>{{ value|intcomma }}</span>",
        verbose_name=_("Numbers"),
    )
    state = PillColumn()
    results = tables.TemplateColumn(
        template_name="portal/groups/columns/results.html", verbose_name=_("Result")
    )
    scheduled_at = MomentColumn(default="–")
    created_at = MomentColumn()
    operations = OperationsColumn("portal/groups/columns/operations.html")

    class Meta:
        model = GroupTask
        fields = (
            "name",
            "message",
            "valid_rows",
            "state",
            "results",
            "scheduled_at",
            "created_at",
            "operations",
        )
        orderable = False

    def __init__(self, *args: Any, may_send: bool, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if may_send else ("operations",), **kwargs)


class RecipientListTable(tables.Table):
    """The saved recipient lists of a customer."""

    name = tables.Column()
    numbers = tables.TemplateColumn("{% load humanize %}{{ value|intcomma }}")
    columns_ = tables.Column(accessor="columns", verbose_name=_("Values beside each number"))
    state = tables.TemplateColumn(template_name="portal/groups/columns/list_state.html")
    created_at = MomentColumn()
    operations = OperationsColumn("portal/groups/columns/list_operations.html")

    class Meta:
        model = RecipientList
        fields = ("name", "numbers", "columns_", "state", "created_at", "operations")
        orderable = False

    def __init__(self, *args: Any, may_send: bool, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if may_send else ("operations",), **kwargs)
