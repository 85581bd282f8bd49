import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from customers.models import Purchase
from portal.paging import PagedTable

from .columns import MomentColumn, PillColumn


class PurchaseTable(PagedTable):
    """A customer's orders, the latest first."""

    number = tables.TemplateColumn(
        '<a href="{% url "portal:billing-order-detail" record.public_id %}">{{ value }}</a>',
        verbose_name=_("Order"),
    )
    ordered_at = MomentColumn()
    what = tables.TemplateColumn(
        "<div>{{ record.get_what_display }}"
        '{% if record.name %}<div class="soft">{{ record.name }}</div>{% endif %}</div>'
    )
    price = tables.TemplateColumn('{% load billing %}<span class="number">{{ value|money }}</span>')
    state = PillColumn()

    class Meta:
        model = Purchase
        fields = ("number", "ordered_at", "what", "price", "state")
        orderable = False
