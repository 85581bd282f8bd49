import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from reviews.models import Signature

from .columns import MomentColumn, PillColumn


class SignatureTable(tables.Table):
    """The signatures of a customer (spec console §7.3)."""

    name = tables.TemplateColumn(
        '<a href="{% url "portal:signature-detail" record.public_id %}">【{{ value }}】</a>'
    )
    type = tables.Column()
    application = tables.Column(verbose_name=_("Application"))
    channel_number = tables.Column(default="–")
    status = PillColumn()
    created_at = MomentColumn()

    class Meta:
        model = Signature
        fields = (
            "name",
            "type",
            "application",
            "channel_number",
            "status",
            "created_at",
        )
        orderable = False
