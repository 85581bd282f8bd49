"""Short lists as csv files, made while they are downloaded; long ones: messaging/exports."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.spreadsheet import BOM, harmless
from customers.models import AuditEvent, Membership
from customers.services.billing.money import decimal_of
from customers.services.billing.statement import Statement
from messaging.queries.hits import HitSearch, find_hits
from messaging.services.rule_words import explain
from portal.audit_trail import as_lines
from portal.numbers import in_payload
from reviews.models.kinds import MessageType


class _Echo:
    """What `csv.writer` needs of a file: it hands the line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


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
        _("Time"),
        _("Reason"),
        _("Change of the balance (%(currency)s)") % {"currency": settings.SMS_CURRENCY},
    ]
    return StreamingHttpResponse(
        _lines(header, _statement_rows(statement)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="statement-{statement.month:%Y-%m}.csv"'
        },
    )


def hits_csv(search: HitSearch, membership: Membership) -> StreamingHttpResponse:
    """The messages that blocklists stopped, newest first, read page by page."""
    header = [_("Submitted"), _("Number"), _("List"), _("Status code"), _("Reason"), "smsMsgId"]
    return StreamingHttpResponse(
        _lines(header, _hit_rows(search, membership)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="blocklist.csv"'},
    )


def _hit_rows(search: HitSearch, membership: Membership) -> Iterator[list[object]]:
    before: int | None = None
    while found := find_hits(search, limit=2000, before=before):
        for one in found:
            yield [
                f"{timezone.localtime(one.at):%Y-%m-%d %H:%M:%S}",
                in_payload(one.recipient, membership),
                one.hit.get_kind_display(),
                one.code,
                explain(one.hit),
                one.sms_msg_id,
            ]
        before = found[-1].hit.message_id


def _statement_rows(statement: Statement) -> Iterator[list[object]]:
    yield [_("Opening balance"), *[""] * 7, decimal_of(statement.opening)]
    types = dict(MessageType.choices)
    for line in statement.lines:
        yield [
            _("Messages sent"),
            line.application,
            str(types.get(line.message_type, line.message_type)),
            line.package or _("Balance"),
            line.sent,
            line.credited,
            "",
            "",
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
            f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M}",
            entry.reason,
            decimal_of(entry.amount),
        ]
    yield [_("Closing balance"), *[""] * 7, decimal_of(statement.closing)]


def _lines(header: list[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow(header)
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])
