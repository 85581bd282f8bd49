"""Lists as csv files that a spreadsheet program opens without harm."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import AuditEvent, Membership
from customers.services.billing.money import decimal_of
from customers.services.billing.statement import Statement
from messaging.models import GroupTask
from portal.audit_trail import as_lines
from portal.numbers import in_payload
from reviews.models.kinds import MessageType

_BOM = "\ufeff"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """What `csv.writer` needs of a file: it hands the line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def problems_csv(task: GroupTask, membership: Membership) -> StreamingHttpResponse:
    """The rows of a group task that cannot be sent: line, value and reason, in file order.

    Numbers are masked for members who may only look.
    """
    header = [_("Line"), _("Value"), _("Reason")]
    found = task.problems.values_list("line", "value", "reason")
    rows = (
        [line, in_payload(value, membership), _(reason)]
        for line, value, reason in found.iterator(chunk_size=2000)
    )
    return StreamingHttpResponse(
        _lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="problems.csv"'},
    )


def audit_csv(events: QuerySet[AuditEvent]) -> StreamingHttpResponse:
    """Events of a customer's audit trail, newest first; times in the platform's zone."""
    header = [
        _("Time"),
        _("Who"),
        _("IP address"),
        _("Action"),
        _("Object type"),
        _("Object"),
        _("Changes"),
    ]
    rows = (
        [
            f"{timezone.localtime(line.event.at):%Y-%m-%d %H:%M:%S}",
            line.actor,
            line.event.ip_address or "",
            str(line.verb),
            str(line.object_type),
            line.event.object_name,
            line.changes,
        ]
        for line in as_lines(events.iterator(chunk_size=2000))
    )
    return StreamingHttpResponse(
        _lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit-trail.csv"'},
    )


def statement_csv(statement: Statement) -> StreamingHttpResponse:
    """A month's statement: the opening balance, each line with its amount, the closing balance."""
    header = [
        _("What"),
        _("Application"),
        _("Type"),
        _("Paid from"),
        _("Message parts sent"),
        _("Parts credited"),
        _("Change of the balance (%(currency)s)") % {"currency": settings.SMS_CURRENCY},
    ]
    return StreamingHttpResponse(
        _lines(header, _statement_rows(statement)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="statement-{statement.month:%Y-%m}.csv"'
        },
    )


def _statement_rows(statement: Statement) -> Iterator[list[object]]:
    yield [_("Opening balance"), "", "", "", "", "", decimal_of(statement.opening)]
    types = dict(MessageType.choices)
    for line in statement.lines:
        yield [
            _("Messages sent"),
            line.application,
            str(types.get(line.message_type, line.message_type)),
            line.package or _("Balance"),
            line.sent,
            line.credited,
            decimal_of(-line.amount),
        ]
    for entry in statement.others:
        yield [
            entry.get_type_display(),
            "",
            "",
            entry.package.name if entry.package else "",
            "",
            "",
            decimal_of(entry.amount),
        ]
    yield [_("Closing balance"), "", "", "", "", "", decimal_of(statement.closing)]


def _lines(header: list[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield _BOM + writer.writerow(header)
    for row in rows:
        yield writer.writerow([_harmless(cell) for cell in row])


def _harmless(cell: object) -> object:
    """Keep a spreadsheet program from taking a customer's text for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
