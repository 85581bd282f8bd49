"""Columns that several lists share."""

from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString

from portal.templatetags.portal import pill


class PillColumn(tables.Column):
    """A status in words, with a colour."""

    def render(self, record: Any, bound_column: Any) -> SafeString:  # type: ignore[override]
        return pill(record, bound_column.accessor)
