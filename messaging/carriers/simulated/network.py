"""The pretended mobile network: what it was given, the receipts and the replies it still owes.

It keeps its own memory in a SQLite file, as a real network would remember what it accepted when
the platform's process dies: a kill of the carrier process loses no receipt.
"""

import sqlite3
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from messaging.carriers.base import Uplink

KEPT_PARTS = 200_000
"""Reported parts are forgotten beyond this many; until then `known` recalls them."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS part (
    carrier_id TEXT PRIMARY KEY,
    message_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    due_at REAL NOT NULL,
    is_confirmed INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS repeat (at REAL NOT NULL, parts INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS part_due ON part (due_at) WHERE is_confirmed = 0;
CREATE INDEX IF NOT EXISTS part_message ON part (message_id);
CREATE TABLE IF NOT EXISTS reply (
    carrier_id TEXT PRIMARY KEY,
    sender TEXT NOT NULL,
    number TEXT NOT NULL,
    text TEXT NOT NULL,
    sent_at REAL NOT NULL,
    reference INTEGER NOT NULL,
    total INTEGER NOT NULL,
    place INTEGER NOT NULL
);
"""


NOBODY = 0
"""The message of rows that `known` must not find."""


class OwedPart(NamedTuple):
    """A part the network accepted; `due_at` is when its receipt is due, in epoch seconds.

    One that is confirmed from the start gets no receipt ever.
    """

    carrier_id: str
    message_id: int
    code: str
    due_at: float
    is_confirmed: bool = False


def network_file(folder: Path, channel_id: int) -> Path:
    """Where the network behind a channel keeps its memory."""
    return folder / f"network-{channel_id}.sqlite3"


class Network:
    """Thread-safe; every method is one short transaction on the file."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        # Survives the death of this process, which is what it is for; not a power cut.
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(_SCHEMA)

    def take(self, parts: Sequence[OwedPart]) -> None:
        """Accept parts; one that is known already stays as it is, and is counted as a repeat.

        A real network would have sent the message to the phone a second time.
        """
        with self._lock, self._db:
            self._db.execute("BEGIN")
            taken = self._db.executemany(
                "INSERT OR IGNORE INTO part (carrier_id, message_id, code, due_at, is_confirmed)"
                " VALUES (?, ?, ?, ?, ?)",
                parts,
            ).rowcount
            if taken < len(parts):
                repeat = (time.time(), len(parts) - taken)
                self._db.execute("INSERT INTO repeat (at, parts) VALUES (?, ?)", repeat)

    def repeats(self) -> int:
        """How many parts were submitted again: none, as long as the platform keeps its word."""
        with self._lock:
            row = self._db.execute("SELECT COALESCE(sum(parts), 0) FROM repeat").fetchone()
        return int(row[0])

    def due(self, moment: float, limit: int) -> list[OwedPart]:
        """Parts not confirmed whose receipt is due at `moment` (epoch seconds), oldest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT carrier_id, message_id, code, due_at FROM part"
                " WHERE is_confirmed = 0 AND due_at <= ? ORDER BY due_at LIMIT ?",
                (moment, limit),
            )
            return [OwedPart(*row) for row in rows]

    def next_due_at(self) -> float | None:
        """When the next receipt is due, in epoch seconds; None when nothing is owed."""
        with self._lock:
            row = self._db.execute("SELECT min(due_at) FROM part WHERE is_confirmed = 0").fetchone()
        return None if row[0] is None else float(row[0])

    def confirm(self, carrier_ids: Sequence[str]) -> None:
        """The platform has these receipts; they are not sent again."""
        with self._lock, self._db:
            self._db.execute("BEGIN")
            self._db.executemany(
                "UPDATE part SET is_confirmed = 1 WHERE carrier_id = ?",
                [(carrier_id,) for carrier_id in carrier_ids],
            )

    def known(self, message_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """The carrier ids of those of the messages that the network has, in order of parts."""
        found: dict[int, tuple[str, ...]] = {}
        with self._lock:
            for message_id in message_ids:
                rows = self._db.execute(
                    "SELECT carrier_id FROM part WHERE message_id = ? ORDER BY carrier_id",
                    (message_id,),
                ).fetchall()
                if rows:
                    found[message_id] = tuple(row[0] for row in rows)
        return found

    def forget_old(self) -> None:
        """Drop confirmed parts beyond the newest `KEPT_PARTS`."""
        with self._lock, self._db:
            self._db.execute("BEGIN")
            self._db.execute(
                "DELETE FROM part WHERE is_confirmed = 1 AND message_id <"
                " (SELECT message_id FROM part ORDER BY message_id DESC LIMIT 1 OFFSET ?)",
                (KEPT_PARTS,),
            )

    def reply(self, replies: Sequence[Uplink]) -> None:
        """Take what handsets sent; one that is known already stays as it is."""
        with self._lock, self._db:
            self._db.execute("BEGIN")
            self._db.executemany(
                "INSERT OR IGNORE INTO reply VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(*one[:4], one.received_at.timestamp(), *one[5:]) for one in replies],
            )

    def replies(self, limit: int) -> list[Uplink]:
        """What handsets sent and the platform has not got yet, in the order it was sent."""
        with self._lock:
            rows = self._db.execute("SELECT * FROM reply ORDER BY rowid LIMIT ?", (limit,))
            return [
                Uplink(name, sender, number, text, datetime.fromtimestamp(sent_at, UTC), *cut)
                for name, sender, number, text, sent_at, *cut in rows
            ]

    def forget_replies(self, carrier_ids: Sequence[str]) -> None:
        """The platform has these replies; they are not handed over again."""
        with self._lock, self._db:
            self._db.execute("BEGIN")
            self._db.executemany(
                "DELETE FROM reply WHERE carrier_id = ?",
                [(carrier_id,) for carrier_id in carrier_ids],
            )

    def close(self) -> None:
        with self._lock:
            self._db.close()
