import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from reviews.models import Template

from .columns import PillColumn


class TemplateTable(tables.Table):
    """The templates of a customer (spec console §8.4)."""

    name = tables.Column(linkify=("portal:template-detail", [tables.A("public_id")]))
    content = tables.TemplateColumn('<span class="clip">{{ value }}</span>')
    type = tables.Column()
    signature = tables.TemplateColumn(
        "{% load i18n %}{% if value %}【{{ value }}】"
        '{% else %}{% translate "General signature" %}{% endif %}',
        empty_values=(),
    )
    template_id = tables.TemplateColumn("<code>{{ value }}</code>", default="–")
    status = PillColumn()
    review_comment = tables.Column(verbose_name=_("review comment"), default="–")
    created_at = tables.DateTimeColumn(format="Y-m-d H:i")

    class Meta:
        model = Template
        fields = (
            "name",
            "content",
            "type",
            "signature",
            "template_id",
            "status",
            "review_comment",
            "created_at",
        )
        orderable = False
