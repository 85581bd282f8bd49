"""Lists as csv files that a spreadsheet program opens without harm."""

import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from messaging.models import GroupTask

_BOM = "\ufeff"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """What `csv.writer` needs of a file: it hands the line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def problems_csv(task: GroupTask) -> StreamingHttpResponse:
    """The rows of a group task that cannot be sent: line, value and reason, in file order."""
    header = [_("Line"), _("Value"), _("Reason")]
    found = task.problems.values_list("line", "value", "reason")
    rows = ([line, value, _(reason)] for line, value, reason in found.iterator(chunk_size=2000))
    return StreamingHttpResponse(
        _lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="problems.csv"'},
    )


def _lines(header: list[str], rows: Iterable[list[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield _BOM + writer.writerow(header)
    for row in rows:
        yield writer.writerow([_harmless(cell) for cell in row])


def _harmless(cell: object) -> object:
    """Keep a spreadsheet program from taking a customer's text for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
