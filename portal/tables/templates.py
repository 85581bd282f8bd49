import django_tables2 as tables

from reviews.models import Template

from .columns import MomentColumn, PillColumn


class TemplateTable(tables.Table):
    """The templates of a customer (spec console §8.4)."""

    name = tables.TemplateColumn(
        '<div><a href="{% url "portal:template-detail" record.public_id %}">{{ value }}</a>'
        '<div class="soft clip">{{ record.content }}</div></div>'
    )
    type = tables.Column()
    signature = tables.TemplateColumn(
        "{% load i18n %}{% if value %}【{{ value }}】"
        '{% else %}{% translate "General signature" %}{% endif %}',
        empty_values=(),
    )
    template_id = tables.TemplateColumn(
        "{% if value %}<code>{{ value }}</code>{% else %}–{% endif %}"
    )
    status = PillColumn()
    created_at = MomentColumn()

    class Meta:
        model = Template
        fields = (
            "name",
            "type",
            "signature",
            "template_id",
            "status",
            "created_at",
        )
        orderable = False
