import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from customers.models import QuotaRequest
from portal.paging import PagedTable

from .columns import MomentColumn, PillColumn


class QuotaRequestTable(PagedTable):
    """What a customer asked for, and what became of it."""

    resource = tables.TemplateColumn(
        '<div><a href="{% url "portal:quota-detail" record.public_id %}">'
        "{{ record.get_resource_display }}</a>"
        '{% if record.application %}<div class="soft">{{ record.application }}</div>{% endif %}'
        "</div>",
        verbose_name=_("Quota"),
    )
    wanted = tables.TemplateColumn(
        '<span class="number">{{ record.current }} → {{ record.wanted }}</span>',
        verbose_name=_("From and to"),
    )
    reason = tables.TemplateColumn('<div class="clip">{{ value }}</div>')
    status = PillColumn(has_due=True)
    created_at = MomentColumn()

    class Meta:
        model = QuotaRequest
        fields = ("resource", "wanted", "reason", "status", "created_at")
        orderable = False
        empty_text = _("You have not asked for a higher quota.")
