"""Which carrier process holds the sessions of a channel, and what it says of them every second.

All times are the database's, so that clocks of several machines do not matter.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from common.sql import only_row, slice_cursor
from messaging.models import CarrierSession, Channel, ChannelLease
from messaging.models.ids import live

LEASE_S = 6.0
"""A channel whose process did not renew its lease for so long may be taken by another one."""
ERROR_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Run:
    """A carrier process; `owner` names it among all that ever ran."""

    owner: str
    host: str
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session of a channel, as its process sees it; `up_for_s` is None while it is down."""

    channel_id: int
    name: str
    up_for_s: float | None
    in_flight: int
    parts_per_s: float
    error: str


_LIVE = """
INSERT INTO messaging_carrierrun (owner, host, pid, started_at, seen_at)
VALUES (%(owner)s::text, %(host)s, %(pid)s, now(), now())
ON CONFLICT (owner) DO UPDATE SET seen_at = now()
"""

_RENEW = """
UPDATE messaging_channellease
SET renewed_at = now(), expires_at = now() + make_interval(secs => %(lease)s::float8)
WHERE owner = %(owner)s::text AND channel_id = ANY(%(channels)s::bigint[])
RETURNING channel_id
"""

_TELL = """
WITH row AS (
    SELECT * FROM unnest(
        %(of)s::bigint[], %(names)s::text[], %(up_for_s)s::float8[], %(in_flight)s::integer[],
        %(parts_per_s)s::float8[], %(errors)s::text[]
    ) AS row (channel_id, name, up_for_s, in_flight, parts_per_s, error)
    WHERE EXISTS (SELECT FROM messaging_channel WHERE id = row.channel_id)
), gone AS (
    DELETE FROM messaging_carriersession AS session
    WHERE run_id = %(owner)s::text AND NOT EXISTS (
        SELECT FROM row WHERE row.channel_id = session.channel_id AND row.name = session.name
    )
)
INSERT INTO messaging_carriersession AS session
    (run_id, channel_id, name, is_up, bound_since, in_flight, parts_per_s, error, seen_at)
SELECT %(owner)s::text, channel_id, name, up_for_s IS NOT NULL,
       now() - make_interval(secs => up_for_s), in_flight, parts_per_s, error, now()
FROM row
ON CONFLICT (run_id, channel_id, name) DO UPDATE
SET is_up = excluded.is_up, in_flight = excluded.in_flight, parts_per_s = excluded.parts_per_s,
    bound_since = excluded.bound_since, seen_at = excluded.seen_at,
    error = COALESCE(NULLIF(excluded.error, ''), session.error)
"""

# Those that hold a row just now are left to the next one who looks.
_DEAD = """
SELECT owner FROM messaging_carrierrun
WHERE seen_at < now() - make_interval(secs => %(lease)s::float8)
FOR UPDATE SKIP LOCKED
"""
_BURY_SESSIONS = "DELETE FROM messaging_carriersession WHERE run_id = ANY(%s::text[])"
_BURY = "DELETE FROM messaging_carrierrun WHERE owner = ANY(%s::text[])"


def renew(*, owner: str, channel_ids: Collection[int]) -> set[int]:
    """Renew the leases of a process; return the channels that it still holds."""
    with slice_cursor() as cursor:
        cursor.execute(_RENEW, {"owner": owner, "channels": list(channel_ids), "lease": LEASE_S})
        return {channel_id for (channel_id,) in cursor.fetchall()}


def beat(*, run: Run, channel_ids: Collection[int], sessions: Sequence[SessionRow]) -> set[int]:
    """Say that a process lives, renew its leases, tell of its sessions; return what it holds.

    A channel that is missing in the answer belongs to another process. Rows of processes that
    were silent for longer than `LEASE_S` are taken away.
    """
    with transaction.atomic(), slice_cursor() as cursor:
        held = renew(owner=run.owner, channel_ids=channel_ids)
        cursor.execute(_LIVE, {"owner": run.owner, "host": run.host, "pid": run.pid})
        cursor.execute(
            _TELL,
            {
                "owner": run.owner,
                "of": [row.channel_id for row in sessions],
                "names": [row.name for row in sessions],
                "up_for_s": [row.up_for_s for row in sessions],
                "in_flight": [row.in_flight for row in sessions],
                "parts_per_s": [row.parts_per_s for row in sessions],
                "errors": [row.error[:ERROR_LENGTH].replace("\x00", "") for row in sessions],
            },
        )
        cursor.execute(_DEAD, {"lease": LEASE_S})
        if dead := [owner for (owner,) in cursor.fetchall()]:
            cursor.execute(_BURY_SESSIONS, [dead])
            cursor.execute(_BURY, [dead])
    return held


_TAKE = """
INSERT INTO messaging_channellease AS lease
    (channel_id, owner, taken_at, renewed_at, expires_at, inherited_from)
SELECT id, %(owner)s::text, now(), now(), now() + make_interval(secs => %(lease)s::float8), ''
FROM messaging_channel AS channel
WHERE id = ANY(%(channels)s::bigint[]) AND NOT EXISTS (
    SELECT FROM messaging_channellease
    WHERE channel_id = channel.id AND expires_at >= now() AND owner <> %(owner)s::text
)
ORDER BY id LIMIT %(most)s::bigint
ON CONFLICT (channel_id) DO UPDATE
SET owner = excluded.owner, taken_at = excluded.taken_at, renewed_at = excluded.renewed_at,
    expires_at = excluded.expires_at, inherited_from = lease.owner
WHERE lease.expires_at < now() OR lease.owner = excluded.owner
RETURNING channel_id, inherited_from
"""

# Nobody else may write on the channel any more, so nobody has to wait for these leases to end.
_INHERIT = """
UPDATE messaging_sendrequest SET leased_until = now() - interval '1 ms'
WHERE dispatch = 1 AND channel_id = ANY(%(channels)s::bigint[]) AND leased_until > now()
  AND id BETWEEN %(floor)s AND %(ceiling)s
"""


def take(*, owner: str, channel_ids: Sequence[int], most: int) -> dict[int, str]:
    """Lease so many of the channels that nobody holds; each with who let it run out, else "".

    What a dead process had claimed on such a channel is free to be taken over at once
    (dispatch.take_over), by the rule that nothing is submitted again.
    """
    with transaction.atomic(), slice_cursor() as cursor:
        cursor.execute(
            _TAKE,
            {"owner": owner, "channels": list(channel_ids), "lease": LEASE_S, "most": most},
        )
        taken: dict[int, str] = dict(cursor.fetchall())
        if inherited := [channel_id for channel_id, before in taken.items() if before]:
            cursor.execute(live(_INHERIT), {"channels": inherited})
    return taken


_GIVE_BACK = "DELETE FROM messaging_channellease WHERE owner = %s::text AND channel_id = %s::bigint"


def give_back(*, owner: str, channel_id: int) -> None:
    """Let others have a channel whose sessions are closed."""
    with slice_cursor() as cursor:
        cursor.execute(_GIVE_BACK, [owner, channel_id])


_LIVING = """
SELECT count(*) FROM messaging_carrierrun
WHERE seen_at >= now() - make_interval(secs => %(lease)s::float8) AND owner <> %(owner)s::text
"""


def others(*, owner: str) -> int:
    """How many other carrier processes live and take channels."""
    with slice_cursor() as cursor:
        cursor.execute(_LIVING, {"lease": LEASE_S, "owner": owner})
        return int(only_row(cursor)[0])


def retire(*, owner: str) -> None:
    """A process takes no channels any more and shows no sessions: it ends."""
    with transaction.atomic(), slice_cursor() as cursor:
        cursor.execute(_BURY_SESSIONS, [[owner]])
        cursor.execute(_BURY, [[owner]])


def sessions_of(channel: Channel) -> QuerySet[CarrierSession]:
    """The sessions of a channel as processes that live told of them, by name."""
    recent = Now() - timedelta(seconds=LEASE_S)
    rows = CarrierSession.objects.filter(channel=channel, seen_at__gte=recent)
    return rows.select_related("run").order_by("name", "pk")


def lease_of(channel: Channel) -> ChannelLease | None:
    """Who holds a channel now; None while no process does."""
    return ChannelLease.objects.filter(channel=channel, expires_at__gte=Now()).first()
