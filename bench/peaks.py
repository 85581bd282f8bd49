"""The most memory that any single process of a program held while something ran."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .stack import Stack
from .usage import usage

EVERY_S = 0.2


@contextmanager
def peaks(stack: Stack) -> Iterator[dict[str, float]]:
    """Look at all processes again and again; yields the MB by program, filled as it goes on."""
    found: dict[str, float] = {}
    is_over = threading.Event()

    def look_for_ever() -> None:
        while not is_over.wait(EVERY_S):
            for program, processes in stack.programs().items():
                most = max((usage([process]).memory_mb for process in processes), default=0.0)
                found[program] = max(found.get(program, 0.0), most)

    looking = threading.Thread(target=look_for_ever, daemon=True)
    looking.start()
    try:
        yield found
    finally:
        is_over.set()
        looking.join()
