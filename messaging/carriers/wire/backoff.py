"""Waiting times between attempts to reach somebody who does not answer."""

import random


class BackOff:
    """Waits that double from `first_s` to `most_s`, each shortened by up to a half by chance.

    Chance keeps the sessions of many processes from coming back all at once.
    """

    def __init__(self, *, first_s: float, most_s: float) -> None:
        self._first_s = self._next_s = first_s
        self._most_s = most_s

    def next_s(self) -> float:
        wait_s = self._next_s
        self._next_s = min(2 * wait_s, self._most_s)
        return wait_s * random.uniform(0.5, 1.0)

    def reset(self) -> None:
        self._next_s = self._first_s
