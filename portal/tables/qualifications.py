import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from portal.paging import PagedTable
from reviews.models import Qualification

from .columns import MomentColumn, OperationsColumn, PillColumn


class QualificationTable(PagedTable):
    """The qualifications of a customer (spec console §6.3)."""

    name = tables.TemplateColumn(
        '<div><a href="{% url "portal:qualification-detail" record.public_id %}">{{ value }}</a>'
        '<div class="soft record-id">{{ record.public_id }}</div></div>',
        verbose_name=_("Qualification name and ID"),
    )
    enterprise_name = tables.Column()
    purpose = tables.Column()
    status = PillColumn(has_due=True)
    created_at = MomentColumn()
    operations = OperationsColumn("portal/qualifications/operations.html")

    class Meta:
        model = Qualification
        fields = ("name", "enterprise_name", "purpose", "status", "created_at")
        sequence = ("...", "operations")
        orderable = False
