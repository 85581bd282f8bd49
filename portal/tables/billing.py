import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from customers.models import LedgerEntry, Package
from portal.paging import PagedTable

from .columns import MomentColumn


class LedgerTable(PagedTable):
    """What changed a balance or a package."""

    at = MomentColumn()
    type = tables.TemplateColumn(template_name="portal/billing/entry.html")
    parts = tables.TemplateColumn(
        '{% load humanize %}<span class="number">'
        "{% if record.parts %}{{ record.parts|intcomma }}{% else %}–{% endif %}</span>",
        verbose_name=_("Message parts"),
    )
    package_change = tables.TemplateColumn(
        '{% load humanize %}<span class="number">{% if value > 0 %}+{% endif %}'
        "{% if value %}{{ value|intcomma }}{% else %}–{% endif %}</span>",
        verbose_name=_("Package"),
    )
    amount = tables.TemplateColumn(
        '{% load billing %}<span class="number">'
        "{% if value %}{{ value|signed_money }}{% else %}–{% endif %}</span>",
        verbose_name=_("Balance"),
    )

    class Meta:
        model = LedgerEntry
        fields = ("at", "type", "parts", "package_change", "amount")
        orderable = False


class PackageTable(tables.Table):
    """A customer's packages, the one that is used next first."""

    name = tables.TemplateColumn(
        '<div>{{ value }}<div class="soft">{{ record.get_kind_display }}</div></div>'
    )
    left = tables.TemplateColumn(
        template_name="portal/billing/left.html", verbose_name=_("Left"), empty_values=()
    )
    valid_from = MomentColumn()
    expires_at = MomentColumn()
    standing = tables.TemplateColumn(
        '<span class="pill pill-{{ record.tone }}">{{ record.standing }}</span>',
        verbose_name=_("Status"),
        empty_values=(),
    )

    class Meta:
        model = Package
        fields = ("name", "left", "valid_from", "expires_at", "standing")
        orderable = False
