import django_tables2 as tables

from customers.models import Application

from .columns import MomentColumn, PillColumn


class ApplicationTable(tables.Table):
    """The applications of a customer (spec console §5.2)."""

    name = tables.Column(linkify=("portal:application-detail", [tables.A("public_id")]))
    app_key = tables.TemplateColumn("<code>{{ value }}</code>")
    status = PillColumn()
    uplink_url = tables.Column(default="–")
    report_url = tables.Column(default="–")
    created_at = MomentColumn()

    class Meta:
        model = Application
        fields = ("name", "app_key", "status", "uplink_url", "report_url", "created_at")
        orderable = False
