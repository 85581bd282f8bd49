"""Which channel a message takes: by channel number, carrier of the recipient and template type.

The shape and its reasons: docs/decisions/0011-routes-decided-by-the-message.md. Each process
remembers the routes for `SMS_CREDENTIAL_CACHE_S` seconds, and channels that are down for two.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from common.expiring import Expiring, announced
from messaging.models import Channel, ChannelRoute

from . import health
from .number_carriers import carrier_of

DOWN_KEPT_S = 2.0
_GOLDEN = 0x9E3779B97F4A7C15
"""2⁶⁴ over the golden ratio: its multiples spread evenly, also those of every n-th id."""
_SPAN = 1 << 64


@dataclass(frozen=True, slots=True)
class Way:
    """The channels of a route with their weights, and the one that stands in for all of them."""

    shares: tuple[tuple[int, int], ...]
    backup: int | None = None

    @property
    def channels(self) -> frozenset[int]:
        own = frozenset(channel for channel, _ in self.shares)
        return own if self.backup is None else own | {self.backup}

    def choose(self, message_id: int, down: Collection[int]) -> int:
        """The first channel that is not down in the order that the message's id gives.

        Of many messages each channel is first for its share, to within a few of them. Where one
        is down its messages spread over the others by their weights, then go to the backup; where
        all are down they stay with the first.
        """
        left = self.shares
        point = message_id * _GOLDEN % _SPAN
        first = None
        while left:
            chosen = _at(left, point)
            if chosen not in down:
                return chosen
            first = chosen if first is None else first
            left = tuple(share for share in left if share[0] != chosen)
            point = point * _GOLDEN % _SPAN
        if self.backup is not None and self.backup not in down:
            return self.backup
        return self.shares[0][0] if first is None else first

    def stands_in(self, channel: int, *, of: int, down: Collection[int]) -> bool:
        """Whether a channel takes what waits for another; the backup only while all others are
        down."""
        if not {channel, of} <= self.channels:
            return False
        return channel != self.backup or all(share in down for share, _ in self.shares)


@dataclass(frozen=True, slots=True)
class Plan:
    """The ways of a channel number and a template type, by the carrier of the recipient."""

    ways: dict[str, Way]

    @property
    def is_split(self) -> bool:
        """Whether messages of one request may take different channels."""
        ways = list(self.ways.values())
        return any(way != ways[0] for way in ways) or len(ways[0].shares) > 1

    @property
    def channels(self) -> frozenset[int]:
        """Every channel that messages may take."""
        return frozenset[int]().union(*(way.channels for way in self.ways.values()))

    def stands_in(self, channel: int, *, of: int, down: Collection[int]) -> bool:
        """Whether `channel` takes what waits for `of` on any of the ways."""
        return any(way.stands_in(channel, of=of, down=down) for way in self.ways.values())

    @property
    def main(self) -> int:
        """The channel of messages whose recipients do not matter."""
        return next(iter(self.ways.values())).shares[0][0]

    def choose(self, message_id: int, recipient: str, down: Collection[int]) -> int:
        """The channel of a message."""
        return self.ways[carrier_of(recipient)].choose(message_id, down)


@dataclass(slots=True)
class _Table:
    """All routes, the best match first, and the plans made of them so far."""

    routes: list[ChannelRoute]
    default: int | None
    has_splits: bool
    plans: dict[tuple[str, str], Plan | None] = field(default_factory=dict)


def plan(channel_number: str, message_type: str) -> Plan | None:
    """How messages of this number and type go; None while operations have set up no channel."""
    table = _tables.get(None)
    key = (channel_number, message_type)
    if key not in table.plans:
        table.plans[key] = _plan(table, *key)
    return table.plans[key]


def partners(channel_id: int) -> frozenset[int]:
    """The channels that share a route with this one."""
    ways = (_way(route, _tables.get(None)) for route in _tables.get(None).routes)
    own = (way.channels for way in ways if way and channel_id in way.channels)
    return frozenset[int]().union(*own) - {channel_id}


def has_splits() -> bool:
    """Whether any route could send messages of one request over different channels."""
    return _tables.get(None).has_splits


def first_channel(plan: Plan, recipients: Sequence[str | None], first_id: int) -> int:
    """Where a request goes first: the channel of its first message that is sent."""
    for position, recipient in enumerate(recipients):
        if recipient is not None:
            return plan.choose(first_id + position, recipient, down())
    return plan.main


def down() -> frozenset[int]:
    """Channels that are down for longer than their fail-over time, as of two seconds ago."""
    return _down.get(None)


def forget() -> None:
    """Drop what this process remembers of routes and of channels that are down."""
    _tables.clear()
    _down.clear()


def _plan(table: _Table, channel_number: str, message_type: str) -> Plan | None:
    fitting = [
        route
        for route in table.routes
        if route.fits(channel_number) and route.type in ("", message_type)
    ]
    ways = {
        carrier: _way(next((one for one in fitting if one.carrier in ("", carrier)), None), table)
        for carrier in ChannelRoute.Carrier.values
    }
    known = next((way for way in ways.values() if way), None)
    if known is None:
        return None
    return Plan({carrier: way or known for carrier, way in ways.items()})


def _way(route: ChannelRoute | None, table: _Table) -> Way | None:
    if route is not None:
        further = [(share.channel_id, share.weight) for share in route.shares.all()]
        return Way(((route.primary_id, route.weight), *further), route.backup_id)
    return Way(((table.default, 1),)) if table.default is not None else None


def _at(shares: Sequence[tuple[int, int]], point: int) -> int:
    """The channel at a point of 0 to 2⁶⁴, where each share has a stretch as long as its weight."""
    place = point * sum(weight for _, weight in shares) >> 64
    for channel, weight in shares:
        place -= weight
        if place < 0:
            return channel
    raise ValueError("a point beyond the shares")


def _load_table(_: None) -> _Table:
    routes = sorted(
        ChannelRoute.objects.prefetch_related("shares"),
        key=lambda route: (-len(route.number), route.is_prefix, not route.carrier, not route.type),
    )
    default = Channel.objects.filter(is_default=True).values_list("pk", flat=True).first()
    has_splits = any(route.carrier or route.shares.all() for route in routes)
    return _Table(routes, default, has_splits)


def _load_down(_: None) -> frozenset[int]:
    return frozenset(health.down_too_long())


def _down_kept_s() -> float:
    return DOWN_KEPT_S


_tables = announced(_load_table)
_down = Expiring(_load_down, lifetime_s=_down_kept_s)
