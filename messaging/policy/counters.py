"""What numbers got lately, kept in Valkey: a whole slice is judged and counted by one call.

Counters belong to a generation. It begins when Valkey is found empty, or after some process could
not reach it and messages went uncounted; older counters are not looked at any more. Until a
generation is as old as the longest limit, numbers that it does not know yet are looked up in
PostgreSQL.

For `TRUSTED_AFTER_S` a new generation is not asked: until then every process has noticed that the
old one is gone, and PostgreSQL judges for all. So no message is counted where others do not look.
"""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.exceptions import NoScriptError
from redis.retry import Retry

from common.rounds import Meeting

from .windows import LONGEST_S, MICROSECONDS, Event, Limit

log = structlog.get_logger(__name__)

GENERATION = "frequency:generation"
TIMEOUT_S = 0.5
RETRY_S = 1.0
"""For so long Valkey is left alone after it did not answer."""
TRUSTED_AFTER_S = 2.0
"""Longer than `RETRY_S` and a call together."""
SETTLE_S = 0.3
"""Who falls back waits so long once: what others counted before is stored by then."""

FILLING_S = 60
"""Who fills counters and does not end within so long is taken to be dead."""

PASSED, UNKNOWN = ".", "?"
"""What is said of a number that may be sent to, and of one that is not known yet."""
_UNTRUSTED = b"!"
_FIRST_LIMIT, _FIRST_GUARD = ord("a"), ord("A")

_JUDGE, _FORGET, _FILL = (
    (Path(__file__).parent / name).read_text()
    for name in ("judge.lua", "take_back.lua", "fill.lua")
)


@dataclass(frozen=True, slots=True)
class Watched:
    """What the guard counts messages by: a key, which for segments holds a count of each.

    At most `most` messages in a span of `span_s`, which begins with the first message; the spans
    of segments are those of the clock.
    """

    key: str
    most: int
    span_s: int
    is_segment: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A slice to be judged at `now`, in microseconds; `contents` is one for all or one for each."""

    scope: int
    now: int
    letter: str
    limits: Sequence[Limit]
    numbers: Sequence[str]
    contents: Sequence[str]
    excepted: Sequence[bool]
    watched: Sequence[Watched] = ()

    def part(self, positions: Sequence[int]) -> "Question":
        """The same about some of the numbers."""
        is_shared = len(self.contents) == 1
        return Question(
            self.scope,
            self.now,
            self.letter,
            self.limits,
            [self.numbers[n] for n in positions],
            self.contents if is_shared else [self.contents[n] for n in positions],
            [self.excepted[n] for n in positions] if self.excepted else (),
            self.watched,
        )


@dataclass(slots=True, eq=False)
class _Asked:
    """A question on its way; `answer` is None as long as nobody has answered."""

    question: Question
    seeds: Sequence[Sequence[Event]]
    answer: bytes | None = None


class Counters:
    """One Valkey, as one process sees it; safe between threads."""

    def __init__(self, url: str) -> None:
        # A call that is tried again may count twice, and would keep the sender waiting.
        self._client = redis.Redis.from_url(
            url,
            socket_timeout=TIMEOUT_S,
            socket_connect_timeout=TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._judge: Script = self._client.register_script(_JUDGE)
        self._forget: Script = self._client.register_script(_FORGET)
        self._fill: Script = self._client.register_script(_FILL)
        self._lock = threading.Lock()
        self._silent_until = 0.0
        self._owes_generation = False
        self._fell_back_at: float | None = None
        self._meeting: Meeting[_Asked] = Meeting(self._ask)

    def judge(self, question: Question, seeds: Sequence[Sequence[Event]] = ()) -> str | None:
        """A letter for each number, what passed being counted; None when nobody answers.

        `PASSED`, `UNKNOWN`, or what `limit_of` and `guard_at` read. `seeds` are what the numbers
        got before, for those that were `UNKNOWN`. The calls of a round ask together.
        """
        asked = _Asked(question, seeds)
        if time.monotonic() >= self._silent_until and not self._meeting.done(asked):
            self._ask([asked])
        if asked.answer is None or asked.answer == _UNTRUSTED:
            self._note_loss()
            return None
        self._fell_back_at = None
        return asked.answer.decode()

    def _ask(self, questions: Sequence[_Asked]) -> None:
        """Ask for all of them at once; those that nobody answers keep no answer."""
        is_fresh = self._owes_generation
        try:
            self._fetch_answers(questions, is_fresh=is_fresh)
        except redis.RedisError as error:
            self.fail(type(error).__name__)
            return
        if is_fresh:
            self._owes_generation = False

    def _fetch_answers(self, questions: Sequence[_Asked], *, is_fresh: bool) -> None:
        """Raises `RedisError`; then each that has no answer may have been counted or not."""
        pipeline = self._client.pipeline(transaction=False)
        for position, asked in enumerate(questions):
            begins = is_fresh and position == 0
            arguments = _arguments(asked.question, begins, asked.seeds)
            pipeline.evalsha(self._judge.sha, 1, GENERATION, *arguments)
        unread, refusals = [], []
        for asked, answer in zip(questions, pipeline.execute(raise_on_error=False), strict=True):
            if isinstance(answer, NoScriptError):
                unread.append(asked)
            elif isinstance(answer, redis.RedisError):
                refusals.append(answer)
            else:
                asked.answer = bytes(answer)
        if refusals:
            raise refusals[0]
        if unread:
            self._client.script_load(_JUDGE)
            self._fetch_answers(unread, is_fresh=is_fresh)

    def wait_until_settled(self) -> None:
        """Called by who judges without Valkey: see `SETTLE_S`."""
        if self._fell_back_at is not None:
            time.sleep(max(0.0, self._fell_back_at + SETTLE_S - time.monotonic()))

    def _note_loss(self) -> None:
        if self._fell_back_at is None:
            self._fell_back_at = time.monotonic()

    def take_back(self, scope: int, now: int, numbers: Sequence[str]) -> None:
        """Uncount messages that were counted at `now` and not stored."""
        try:
            self._forget([GENERATION], [scope, now, ",".join(numbers)])
        except redis.RedisError as error:
            self.fail(type(error).__name__)

    def generation(self, now: int) -> int | None:
        """When the counters began, which is `now` if there are none; None when nobody answers."""
        try:
            self._client.set(GENERATION, now, nx=True)
            found = self._client.get(GENERATION)
        except redis.RedisError:
            return None
        return int(found) if found else None

    def begin_filling(self, generation: int, scope: int | None) -> bool:
        """Whether the counters of an application (None: of all) are to be filled, by the caller."""
        name = f"frequency:filled:{generation}:{scope or 'all'}"
        try:
            return not self._client.exists(name) and bool(
                self._client.set(f"{name}:begun", 1, nx=True, ex=FILLING_S)
            )
        except redis.RedisError:
            return False

    def end_filling(self, generation: int, scope: int | None) -> None:
        """From now on, a number without a counter got nothing."""
        name = f"frequency:filled:{generation}:{scope or 'all'}"
        with suppress(redis.RedisError):
            self._client.set(name, 1, ex=LONGEST_S)

    def add(
        self, generation: int, scope: int, numbers: Sequence[tuple[str, Sequence[Event]]]
    ) -> bool:
        """Write what numbers got of an application where nothing is known; False if unreachable."""
        values = "".join(f"{number}={''.join(map(_entry, events))}," for number, events in numbers)
        try:
            self._fill([], [generation, scope, values, LONGEST_S])
        except redis.RedisError:
            return False
        return True

    def fail(self, error: str) -> None:
        """From now on messages go uncounted here: what is counted is worth nothing afterwards."""
        with self._lock:
            self._silent_until = time.monotonic() + RETRY_S
            self._owes_generation = True
        log.warning("frequency limits fall back to PostgreSQL", error=error)

    def used(self, watched: Sequence[Watched], segment: str, now: int) -> list[int] | None:
        """How many messages each of the watched counts at `now`; None when nobody answers."""
        pipeline = self._client.pipeline(transaction=False)
        for one in watched:
            if one.is_segment:
                pipeline.hget(f"{one.key}{now // MICROSECONDS // one.span_s}", segment)
            else:
                pipeline.get(one.key)
        try:
            return [int(count or 0) for count in pipeline.execute()]
        except redis.RedisError:
            return None

    def answers(self) -> bool:
        """Whether Valkey can be asked now."""
        try:
            return bool(self._client.ping())
        except redis.RedisError:
            return False


def limit_of(letter: str, limits: Sequence[Limit]) -> Limit | None:
    """The frequency limit that a letter names."""
    return limits[ord(letter) - _FIRST_LIMIT] if letter.islower() else None


def guard_at(letter: str) -> int:
    """Which of the watched a letter names."""
    return ord(letter) - _FIRST_GUARD


def letter_of(limit: Limit, limits: Sequence[Limit]) -> str:
    """The letter that names a frequency limit."""
    return chr(_FIRST_LIMIT + limits.index(limit))


@lru_cache(maxsize=4)
def _connected(url: str) -> Counters:
    return Counters(url)


def counters() -> Counters:
    """The counters of the platform."""
    return _connected(settings.REDIS_URL)


def _arguments(
    question: Question, is_fresh: bool, seeds: Sequence[Sequence[Event]]
) -> list[str | int]:
    limits = (
        f"{limit.rule.kind}/{limit.rule.most}/{limit.since}/{int(limit.rule.is_customers)}"
        for limit in question.limits
    )
    return [
        question.now,
        LONGEST_S,
        question.letter,
        int(is_fresh),
        question.scope,
        ",".join(limits),
        ",".join(question.numbers),
        ",".join(question.contents),
        "".join("01"[one] for one in question.excepted),
        ",".join("=" + "".join(map(_entry, events)) for events in seeds),
        ",".join(
            f"{int(one.is_segment)}/{one.most}/{one.span_s}/{one.key}" for one in question.watched
        ),
        int(TRUSTED_AFTER_S * MICROSECONDS),
    ]


def _entry(event: Event) -> str:
    return f"{event.at}:{event.type}:{event.content};"
