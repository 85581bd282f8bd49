"""Statistics as rows: one for each hour or day, application, signature, template and type."""

from dataclasses import fields
from datetime import datetime
from itertools import islice
from typing import Any, cast

from django.conf import settings

from messaging.models import Export
from messaging.statistics.filters import Filters
from messaging.statistics.rows import COLUMNS, row_cells, rows

from .slices import Cell, Slice


def as_filters(selection: Filters) -> dict[str, Any]:
    """A selection as JSON, to be kept with an export."""
    kept = {field.name: getattr(selection, field.name) for field in fields(Filters)}
    return kept | {"start": selection.start.isoformat(), "end": selection.end.isoformat()}


class Statistics:
    """Read at once: the figures of one moment, which are few beside the messages they count."""

    def header(self, export: Export) -> list[str]:
        return [str(title) for _key, title in COLUMNS]

    def read(self, export: Export, *, limit: int) -> Slice:
        found = islice(rows(_selection(export)), settings.SMS_EXPORT_MAX_ROWS)
        return Slice([cast("list[Cell]", row_cells(row)) for row in found], None, 1.0)


def _selection(export: Export) -> Filters:
    kept: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in export.filters.items()
    }
    times = {name: datetime.fromisoformat(kept[name]) for name in ("start", "end")}
    whose = {"customer_id": export.customer_id}
    return Filters(**{**kept, **times, **whose})
