import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from messaging.models import GroupProblem, GroupTask

from .columns import MomentColumn, PillColumn


class GroupTaskTable(tables.Table):
    """The group tasks of a customer (spec console §9.3)."""

    name = tables.Column(linkify=("portal:group-detail", [tables.A("public_id")]))
    signature = tables.TemplateColumn("【{{ value }}】", verbose_name=_("Signature"))
    template = tables.Column(verbose_name=_("Template"))
    valid_rows = tables.Column()
    state = PillColumn()
    scheduled_at = MomentColumn(has_seconds=True, default="–")
    created_at = MomentColumn()

    class Meta:
        model = GroupTask
        fields = (
            "name",
            "signature",
            "template",
            "valid_rows",
            "state",
            "scheduled_at",
            "created_at",
        )
        orderable = False


class GroupProblemTable(tables.Table):
    """The rows of a file that cannot be sent, and why."""

    value = tables.TemplateColumn("{% load portal %}{% uploaded_number value %}")
    reason = tables.TemplateColumn("{% load i18n %}{% translate value %}")

    class Meta:
        model = GroupProblem
        fields = ("line", "value", "reason")
        orderable = False
