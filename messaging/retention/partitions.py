"""Drop the day partitions whose time is over.

A partition is detached first, CONCURRENTLY, which waits for its readers but lets everybody go on
sending; dropping the detached table then locks nothing else. Each step may be the last one before
a crash: what it left is found and gone on with.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from django.conf import settings
from django.db import OperationalError, connection, transaction

from common.clock import local_day
from common.sql import exclusively
from messaging.models import ResentMessage
from messaging.models.ids import first_id
from messaging.models.partitions import LIVE_SPAN

log = structlog.get_logger(__name__)

# All tables partitioned by message id, and tables named like their partitions.
_PARTITIONS = r"""
SELECT parent.relname, child.relname, inherits.inhparent IS NOT NULL,
       COALESCE(inherits.inhdetachpending, false)
FROM pg_partitioned_table AS partitioned
JOIN pg_class AS parent ON parent.oid = partitioned.partrelid
JOIN pg_attribute AS key
  ON key.attrelid = parent.oid AND key.attnum = partitioned.partattrs[0]
JOIN pg_class AS child
  ON child.relnamespace = parent.relnamespace AND child.relkind = 'r'
 AND child.relname ~ ('^' || parent.relname || '_[0-9]{8}$')
LEFT JOIN pg_inherits AS inherits ON inherits.inhrelid = child.oid
WHERE parent.relnamespace = current_schema()::regnamespace
  AND parent.relname LIKE 'messaging\_%%' AND partitioned.partstrat = 'r'
  AND partitioned.partnatts = 1 AND key.atttypid = 'bigint'::regtype
ORDER BY right(child.relname, 8), parent.relname
"""
_DAY = re.compile(r"_([0-9]{8})$")


@dataclass(frozen=True, slots=True)
class Partition:
    """A table of one day; `is_pending` when detaching it was interrupted."""

    parent: str
    name: str
    is_attached: bool
    is_pending: bool

    @property
    def day(self) -> date:
        found = _DAY.search(self.name)
        assert found  # noqa: S101  (the statement asks for it)
        return datetime.strptime(found[1], "%Y%m%d").date()


def first_kept_day(moment: datetime) -> date:
    """The earliest day whose details are kept; days that may still change always are."""
    kept = max(timedelta(days=settings.SMS_DETAILS_DAYS), LIVE_SPAN + timedelta(days=1))
    return local_day(moment) - kept


def partitions() -> Iterator[Partition]:
    """All day partitions there are, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONS.replace("%%", "%"))
        rows = cursor.fetchall()
    return (Partition(*row) for row in rows)


def drop_expired(moment: datetime) -> list[str]:
    """Drop the partitions of days before `first_kept_day`; return their names.

    Not inside a transaction. One that is read for longer than a few seconds is left to the next
    time.
    """
    first = first_kept_day(moment)
    with exclusively("messaging.retention") as is_alone:
        expired = [one for one in partitions() if one.day < first] if is_alone else []
        dropped = [one.name for one in expired if _drop(one)]
        if is_alone:
            ResentMessage.objects.filter(message_id__lt=first_id(first)).delete()
    if dropped:
        log.info("partitions dropped", before=first.isoformat(), count=len(dropped))
    return dropped


def _drop(one: Partition) -> bool:
    quote = connection.ops.quote_name
    parent, name = quote(one.parent), quote(one.name)
    with connection.cursor() as cursor:
        if one.is_attached:
            how = "FINALIZE" if one.is_pending else "CONCURRENTLY"
            cursor.execute(f"ALTER TABLE {parent} DETACH PARTITION {name} {how}")
        try:
            with transaction.atomic():
                cursor.execute("SET LOCAL lock_timeout = '5s'")
                cursor.execute(f"DROP TABLE {name}")
        except OperationalError:
            log.warning("partition still in use, dropped next time", partition=one.name)
            return False
    return True
