"""Columns that several lists share."""

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.template.defaultfilters import date
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.templatetags.portal import pill


class PillColumn(tables.Column):
    """A status in words, with a colour; a reviewer's comment stands below it."""

    def render(self, record: Any, bound_column: Any) -> SafeString:
        comment = getattr(record, "review_comment", "") or ""
        lines = [(line,) for line in comment.splitlines()]
        return format_html(
            "<div>{}{}</div>",
            pill(record, bound_column.accessor),
            format_html_join("", '<div class="soft">{}</div>', lines),
        )


class MomentColumn(tables.Column):
    """An instant in the platform's zone, to the second where that matters."""

    def __init__(self, *, has_seconds: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._format = "Y-m-d H:i:s" if has_seconds else "Y-m-d H:i"

    def render(self, value: datetime) -> SafeString:
        written = date(timezone.localtime(value), self._format)
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), written)
