"""What a draft would have changed, counted while the traffic is read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from common.clock import platform_zone
from common.numbers import mask

MOST_EXAMPLES = 24
MOST_MATCHES = 200
"""Different reasons that are counted apart; the rest of them is counted together."""
OTHERS = "…"


@dataclass(slots=True)
class Change:
    """Messages that would be stopped now, and that would not be stopped any more."""

    more: int = 0
    less: int = 0


@dataclass(slots=True)
class Figures:
    """The counts of a replay; `unknown` are messages the draft cannot judge any more."""

    seen: int = 0
    stopped: int = 0
    """By this rule, as it really was."""
    would_stop: int = 0
    more: int = 0
    less: int = 0
    unknown: int = 0
    hours: list[Change] = field(default_factory=lambda: [Change() for _ in range(24)])
    customers: dict[str, Change] = field(default_factory=dict)
    types: dict[str, Change] = field(default_factory=dict)
    matches: dict[str, int] = field(default_factory=dict)
    examples: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        """The figures of a row; new ones of an empty row."""
        figures = cls(**written)
        figures.hours = [Change(**each) for each in written.get("hours", [{}] * 24)]
        for name in ("customers", "types"):
            changes = {key: Change(**each) for key, each in written.get(name, {}).items()}
            setattr(figures, name, changes)
        return figures

    def written(self) -> dict[str, Any]:
        return asdict(self)

    def add(
        self,
        *,
        at: datetime,
        customer_id: int,
        type: str,
        was_stopped: bool,
        would_stop: bool,
        matched: str = "",
        recipient: str = "",
        count: int = 1,
        is_free: bool = True,
        message_id: int | None = None,
    ) -> None:
        """Count messages; `is_free` says that no other rule stopped them."""
        self.seen += count
        self.stopped += count * was_stopped
        self.would_stop += count * would_stop
        if would_stop and matched:
            is_apart = matched in self.matches or len(self.matches) < MOST_MATCHES
            key = matched if is_apart else OTHERS
            self.matches[key] = self.matches.get(key, 0) + count
        if would_stop == was_stopped or (would_stop and not is_free):
            return
        side = "more" if would_stop else "less"
        local = at.astimezone(platform_zone())
        for change in (
            self,
            self.hours[local.hour],
            self.customers.setdefault(str(customer_id), Change()),
            self.types.setdefault(type, Change()),
        ):
            setattr(change, side, getattr(change, side) + count)
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(
                {
                    "at": f"{local:%H:%M:%S}",
                    "customer": customer_id,
                    "type": type,
                    "number": mask(recipient) if recipient else "",
                    "side": side,
                    "matched": matched,
                    "count": count,
                    "message": message_id,
                }
            )
