import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from portal.paging import PagedTable
from reviews.models import Signature

from .columns import MomentColumn, OperationsColumn, PillColumn


class SignatureTable(PagedTable):
    """The signatures of a customer (spec console §7.3)."""

    name = tables.TemplateColumn(
        '<div><a href="{% url "portal:signature-detail" record.public_id %}">【{{ value }}】</a>'
        '<div class="soft record-id">{{ record.public_id }}</div></div>',
        verbose_name=_("Signature name and ID"),
    )
    type = tables.TemplateColumn(
        '<div>{{ record.get_type_display }}<div class="soft">{{ record.application }}</div></div>',
        verbose_name=_("Type and application"),
    )
    source = tables.TemplateColumn(
        template_name="portal/signatures/source.html",
        verbose_name=_("Source and qualification"),
    )
    channel_number = tables.Column(default="–")
    status = PillColumn(has_due=True)
    created_at = MomentColumn()
    operations = OperationsColumn("portal/signatures/operations.html")

    class Meta:
        model = Signature
        fields = ("name", "type", "source", "channel_number", "status", "created_at")
        sequence = ("...", "operations")
        orderable = False
