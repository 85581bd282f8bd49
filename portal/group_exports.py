"""Files of the Group SMS Assistant as csv, written while they are downloaded."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from common.spreadsheet import BOM, harmless
from customers.models import Membership
from messaging.groups import problems
from messaging.models import GroupTask
from portal.numbers import in_payload


class _Echo:
    """What `csv.writer` needs of a file: it hands the line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def problems_csv(task: GroupTask, membership: Membership) -> StreamingHttpResponse:
    """The rows of a task that are left out: row, value and reason, in file order.

    Numbers are masked for members who may only look.
    """
    header = [_("Row"), _("Value"), _("Reason")]
    rows = (
        [one.line, in_payload(one.value, membership), one.reason]
        for one in problems.all_lines(task)
    )
    return _download(header, rows, "problems.csv")


def _download(
    header: Sequence[object], rows: Iterable[Sequence[object]], name: str
) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        _lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, name) or "attachment"},
    )


def _lines(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow(header)
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])
