"""Columns that several lists share."""

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.template.defaultfilters import date
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.templatetags.portal import pill


class PillColumn(tables.Column):
    """A status in words, with a colour; below it, what the reviewer wrote last.

    With `has_due`, an object under review tells instead by when the decision is due.
    """

    def __init__(self, *, has_due: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._has_due = has_due

    def render(self, record: Any, bound_column: Any) -> SafeString:
        due_at = getattr(record, "due_at", None) if self._has_due else None
        comment = getattr(record, "review_comment", "") or ""
        lines = [_due(due_at)] if due_at else comment.splitlines()
        return format_html(
            "<div>{}{}</div>",
            pill(record, bound_column.accessor),
            format_html_join("", '<div class="soft">{}</div>', [(line,) for line in lines]),
        )


def _due(moment: datetime) -> str:
    written = date(timezone.localtime(moment), "Y-m-d H:i")
    if moment < timezone.now():
        return gettext("Overdue since %(time)s") % {"time": written}
    return gettext("Decision by %(time)s") % {"time": written}


class MomentColumn(tables.Column):
    """An instant in the platform's zone, to the second where that matters."""

    def __init__(self, *, has_seconds: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._format = "Y-m-d H:i:s" if has_seconds else "Y-m-d H:i"

    def render(self, value: datetime) -> SafeString:
        written = date(timezone.localtime(value), self._format)
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), written)


class OperationsColumn(tables.TemplateColumn):
    """What the member may do with the row, as links; empty for those who may only look."""

    def __init__(self, template_name: str) -> None:
        super().__init__(template_name=template_name, verbose_name=_("Actions"), empty_values=())
