"""A slice of messages on its way: done when the last of them is answered."""

import asyncio

from messaging.carriers.base import Answer

from .transit import Transit


class Journey:
    """Collects the answers to `messages` messages."""

    def __init__(self, messages: int) -> None:
        self.answers: list[Answer] = []
        self.refusals: list[tuple[str, str]] = []
        """Name and code of parts refused though others of their message were taken."""
        self._messages = messages
        self._done = asyncio.get_running_loop().create_future()

    def arrive(self, transit: Transit) -> None:
        """All parts of a message are settled."""
        self.refusals += transit.refusals()
        self.add(transit.answer())

    def add(self, answer: Answer) -> None:
        self.answers.append(answer)
        if len(self.answers) == self._messages and not self._done.done():
            self._done.set_result(None)

    async def done(self) -> None:
        """Wait for the last answer."""
        await self._done
