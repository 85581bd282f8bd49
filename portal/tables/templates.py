from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.paging import PagedTable
from reviews.models import Template
from reviews.services.rules import largest_figures

from .columns import MomentColumn, OperationsColumn, PillColumn


class TemplateTable(PagedTable):
    """The templates of a customer (spec console §8.4)."""

    chosen = tables.TemplateColumn(
        template_name="portal/templates/choose.html", verbose_name=_("Choose"), empty_values=()
    )
    name = tables.TemplateColumn(
        template_name="portal/templates/name.html", verbose_name=_("Template name and content")
    )
    template_id = tables.TemplateColumn(
        '{% if value %}<code class="record-id">{{ value }}</code>{% else %}–{% endif %}'
    )
    type = tables.TemplateColumn(
        '<div>{{ record.get_type_display }}<div class="soft">{{ record.application }}</div></div>',
        verbose_name=_("Type and application"),
    )
    signature = tables.TemplateColumn(
        "{% load i18n %}{% if value %}【{{ value }}】"
        '{% else %}{% translate "General signature" %}{% endif %}',
        empty_values=(),
    )
    length = tables.Column(
        verbose_name=_("Word and split count"), empty_values=(), accessor="content"
    )
    status = PillColumn(has_due=True)
    created_at = MomentColumn()
    operations = OperationsColumn("portal/templates/operations.html")

    class Meta:
        model = Template
        fields = ("name", "template_id", "type", "signature", "length", "status", "created_at")
        sequence = ("chosen", "...", "operations")
        orderable = False

    def __init__(self, *args: Any, may_choose: bool, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if may_choose else ("chosen", "operations"), **kwargs)

    def render_length(self, record: Template) -> SafeString:
        """The longest message of the template: characters and message parts."""
        figures = largest_figures(
            record.content,
            record.variable_attributes,
            record.signature.name if record.signature else "",
            type=record.type,
        )
        return format_html(
            '<div><span class="number">{}</span><div class="soft">{}</div></div>',
            figures.characters,
            _parts(figures.parts),
        )


def _parts(count: int) -> str:
    return ngettext("%(count)d part", "%(count)d parts", count) % {"count": count}
