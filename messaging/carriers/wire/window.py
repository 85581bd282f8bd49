"""Requests that wait for their answers: how many, which, and since when."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Numbering:
    """Sequence numbers from 1 to `last`, then from 1 again.

    A number comes back after so many requests that its first use was answered or given up long
    before.
    """

    def __init__(self, last: int, *, start: int = 0) -> None:
        self._last = last
        self._number = start

    def next(self) -> int:
        self._number = self._number % self._last + 1
        return self._number


class Window(Generic[T]):
    """At most `size` requests without an answer, by sequence number, oldest first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._waiting: dict[int, tuple[float, T]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def resize(self, size: int) -> None:
        """Allow so many from now on; those that are without an answer stay."""
        self._size = size

    @property
    def free(self) -> int:
        """How many more requests may be written."""
        return self._size - len(self._waiting)

    def add(self, sequence: int, item: T, *, at: float) -> None:
        """`item` is written now; `at` are seconds of a clock that only grows."""
        self._waiting[sequence] = (at, item)

    def settle(self, sequence: int) -> T | None:
        """Take out what the answer with this number belongs to; None for an answer to nothing."""
        entry = self._waiting.pop(sequence, None)
        return entry[1] if entry else None

    def overdue(self, since: float) -> list[tuple[float, T]]:
        """Take out what was written at or before `since`, with the times of writing."""
        late = []
        for sequence, entry in self._waiting.items():
            if entry[0] > since:
                break
            late.append((sequence, entry))
        for sequence, _ in late:
            del self._waiting[sequence]
        return [entry for _, entry in late]

    def abandon(self) -> list[T]:
        """Take out everything."""
        items = [item for _, item in self._waiting.values()]
        self._waiting.clear()
        return items
