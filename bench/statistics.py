"""Sending without statistics: what is beside the same with them, to show what they cost."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from .errors import BenchError
from .stack import Stack

FOLD_TIMEOUT_S = 120.0
POLL_S = 0.1

_DROP = """
CREATE FUNCTION messaging_no_tally() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER messaging_no_tally BEFORE INSERT ON messaging_tally
FOR EACH ROW EXECUTE FUNCTION messaging_no_tally();
"""
_KEEP = "DROP FUNCTION IF EXISTS messaging_no_tally CASCADE"


@contextmanager
def counted(stack: Stack, *, is_on: bool) -> Iterator[None]:
    """Tallies are written and folded, or no row of them is ever stored.

    Ends when all of them are folded, so that a round pays for its own.
    """
    with stack.connect() as connection:
        connection.execute(_KEEP)
        if not is_on:
            connection.execute(_DROP)
        try:
            yield
            deadline = time.monotonic() + FOLD_TIMEOUT_S
            while connection.execute("SELECT EXISTS (SELECT FROM messaging_tally)").fetchone() != (
                False,
            ):
                if time.monotonic() > deadline:
                    raise BenchError("the tallies are not folded")
                time.sleep(POLL_S)
        finally:
            connection.execute(_KEEP)
