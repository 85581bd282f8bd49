"""A status report: what its fields are, and the reports of an application in their order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.clock import utc_stamp
from common.codes import status_code
from common.sql import only_row, slice_cursor
from messaging.models.ids import live
from messaging.models.part import Source

HALF_A_TURN = 1 << 31
"""Running transactions are told in 32 bits, which wrap around; rows hold all 64."""

_RUNNING = """
SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
       array_agg(backend_xid::text::bigint) FILTER (WHERE backend_xid IS NOT NULL)
FROM pg_stat_activity WHERE datname = current_database()
"""

_AFTER = """
WITH event AS (
    SELECT recorded_in, message_id, sequence FROM messaging_reportevent
    WHERE application_id = %(application)s AND message_id BETWEEN %(floor)s AND %(ceiling)s
      AND (recorded_in, message_id, sequence)
          > (%(recorded_in)s::bigint, %(message)s::bigint, %(sequence)s::smallint)
      AND recorded_in < %(horizon)s
    ORDER BY recorded_in, message_id, sequence LIMIT %(limit)s
)
SELECT event.recorded_in, event.message_id, event.sequence, request.uuid, request.extend,
       message.recipient, message.parts, message.code, part.code, part.source, part.reported_at
FROM event
JOIN messaging_message AS message
  ON message.id = event.message_id AND message.id BETWEEN %(floor)s AND %(ceiling)s
JOIN messaging_sendrequest AS request
  ON request.id = message.request_id AND request.id BETWEEN %(floor)s AND %(ceiling)s
LEFT JOIN messaging_part AS part
  ON part.message_id = event.message_id AND part.sequence = event.sequence
  AND part.message_id BETWEEN %(floor)s AND %(ceiling)s
WHERE request.customer_id = %(customer)s
ORDER BY event.recorded_in, event.message_id, event.sequence
"""


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The facts that a status report of one part is made of."""

    message_id: int
    sequence: int
    request_uuid: UUID
    extend: str
    recipient: str
    parts: int
    message_code: str
    part_code: str | None
    source: int | None
    reported_at: datetime | None

    def form(self) -> dict[str, str]:
        """The fields of the status report, exactly the documented ones (spec data-plane §4.1)."""
        status = self.part_code or self.message_code
        source = self.source or Source.POLICY
        fields = {
            "smsMsgId": f"{self.request_uuid}_{self.message_id}",
            "total": str(self.parts),
            "sequence": str(self.sequence),
            "status": status,
            "statusDesc": status_code(status).description,
            "source": str(int(source)),
        }
        if source == Source.CARRIER and self.reported_at:
            fields["updateTime"] = utc_stamp(self.reported_at)
        if self.extend:
            fields |= {"extend": self.extend, "to": self.recipient}
        return fields


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in an application's list of reports; the default one is before all of them."""

    recorded_in: int = 0
    message_id: int = 0
    sequence: int = 0


def reports_after(
    *, customer_id: int, application_id: int, position: Position, limit: int
) -> list[tuple[Position, StatusReport]]:
    """The application's next reports behind a position, in the order they became known.

    Nothing ever appears in front of a report that was returned, so the position of the last one
    is all that a reader has to remember. Reaches back over the live days (`LIVE_SPAN`).
    """
    horizon = _horizon()
    with slice_cursor() as cursor:
        cursor.execute(
            live(_AFTER),
            {
                "customer": customer_id,
                "application": application_id,
                "recorded_in": position.recorded_in,
                "message": position.message_id,
                "sequence": position.sequence,
                "horizon": horizon,
                "limit": limit,
            },
        )
        return [(Position(*row[:3]), StatusReport(*row[1:])) for row in cursor.fetchall()]


def _horizon() -> int:
    """A transaction number below which no transaction of this database runs any more.

    What is younger waits: a report in front of it may still be committed. Snapshots know such a
    number, too, but theirs waits for transactions of all databases of the server. Asked for in a
    statement of its own, before the one that reads: what ended by then is seen by it.
    """
    with slice_cursor() as cursor:
        cursor.execute(_RUNNING)
        next_number, running = only_row(cursor)
    return int(min([next_number, *(_unwrapped(one, next_number) for one in running or ())]))


def _unwrapped(number: int, near: int) -> int:
    """The transaction whose lower 32 bits are `number`, the one nearest to `near`."""
    return near + (number - near + HALF_A_TURN) % (2 * HALF_A_TURN) - HALF_A_TURN
