"""What numbers got lately, kept in Valkey: a whole slice is judged and counted by one call.

Counters belong to a generation. It begins when Valkey is found empty, or after some process could
not reach it and messages went uncounted; older counters are not looked at any more. Until a
generation is as old as the longest limit, numbers that it does not know yet are looked up in
PostgreSQL.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.retry import Retry

from .windows import LONGEST_S, Event, Limit

log = structlog.get_logger(__name__)

GENERATION = "frequency:generation"
TIMEOUT_S = 0.25
RETRY_S = 1.0
"""For so long Valkey is left alone after it did not answer."""

PASSED, BREACHED, UNKNOWN = ".", "x", "?"

# An entry is `microseconds:letter:content;`. Whatever is older than the longest limit is left out
# whenever a number is written, so that a counter holds no more than the limits allow.
_JUDGE = """
local now, longest, letter = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local generation = redis.call('GET', KEYS[1])
if not generation or ARGV[4] == '1' then
    generation = now
    redis.call('SET', KEYS[1], generation)
end
local moment = tonumber(now)
local oldest = moment - longest * 1000000
local is_young = tonumber(generation) > oldest
local limits = {}
for kind, most, since, own in string.gmatch(ARGV[6], '(%a+)/(%d+)/(%d+)/(%d)') do
    limits[#limits + 1] = {kind, tonumber(most), tonumber(since), own == '1'}
end
local numbers, keys, contents, seeds = {}, {}, {}, {}
for number in string.gmatch(ARGV[7], '[^,]+') do
    numbers[#numbers + 1] = number
    keys[#keys + 1] = 'frequency:' .. generation .. ':' .. ARGV[5] .. ':' .. number
end
for content in string.gmatch(ARGV[8], '[^,]+') do contents[#contents + 1] = content end
for seed in string.gmatch(ARGV[10], '[^,]+') do seeds[#seeds + 1] = seed end
local values, changed, answers = redis.call('MGET', unpack(keys)), {}, {}
for i = 1, #numbers do
    local value = changed[numbers[i]] or values[i]
    if not value and seeds[i] then value = string.sub(seeds[i], 2) end
    local content = contents[i] or contents[1]
    if not value and is_young then
        answers[i] = '?'
    elseif not value then
        local text = now .. ':' .. letter .. ':' .. content .. ';'
        answers[i] = '.'
        changed[numbers[i]] = text
        redis.call('SET', keys[i], text, 'EX', longest)
    else
        local is_excepted = string.sub(ARGV[9], i, i) == '1'
        local kept, counts = {}, {}
        for at, kind, what in string.gmatch(value, '(%d+):(%a):(%x+);') do
            local instant = tonumber(at)
            if instant > oldest then
                kept[#kept + 1] = at .. ':' .. kind .. ':' .. what .. ';'
                for n, limit in ipairs(limits) do
                    if instant > limit[3] and (limit[1] == 'any'
                        or (limit[1] == 'type' and kind == letter)
                        or (limit[1] == 'content' and what == content)) then
                        counts[n] = (counts[n] or 0) + 1
                    end
                end
            end
        end
        answers[i] = '.'
        for n, limit in ipairs(limits) do
            if (counts[n] or 0) >= limit[2] and not (limit[4] and is_excepted) then
                answers[i] = 'x'
            end
        end
        if answers[i] == '.' then
            kept[#kept + 1] = now .. ':' .. letter .. ':' .. content .. ';'
        end
        local text = table.concat(kept)
        changed[numbers[i]] = text
        redis.call('SET', keys[i], text, 'EX', longest)
    end
end
return table.concat(answers)
"""

# Takes one message of an instant back, for numbers whose request was not stored in the end.
_FORGET = """
local generation = redis.call('GET', KEYS[1])
if not generation then return 0 end
for number in string.gmatch(ARGV[3], '[^,]+') do
    local key = 'frequency:' .. generation .. ':' .. ARGV[1] .. ':' .. number
    local value = redis.call('GET', key)
    if value then
        redis.call('SET', key, (string.gsub(value, ARGV[2] .. ':%a:%x+;', '', 1)), 'KEEPTTL')
    end
end
return 1
"""


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
        )


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
        self._lock = threading.Lock()
        self._silent_until = 0.0
        self._owes_generation = False

    def judge(self, question: Question, seeds: Sequence[Sequence[Event]] = ()) -> str | None:
        """A letter for each number, what passed being counted; None when nobody answers.

        `seeds` are what the numbers got before, for those that were `UNKNOWN`.
        """
        if time.monotonic() < self._silent_until:
            return None
        is_fresh = self._owes_generation
        try:
            answer = self._judge([GENERATION], _arguments(question, is_fresh, seeds))
        except redis.RedisError as error:
            self.fail(type(error).__name__)
            return None
        if is_fresh:
            self._owes_generation = False
        return bytes(answer).decode()

    def take_back(self, scope: int, now: int, numbers: Sequence[str]) -> None:
        """Uncount messages that were counted at `now` and not stored."""
        try:
            self._forget([GENERATION], [scope, now, ",".join(numbers)])
        except redis.RedisError as error:
            self.fail(type(error).__name__)

    def fail(self, error: str) -> None:
        """From now on messages go uncounted here: what is counted is worth nothing afterwards."""
        with self._lock:
            self._silent_until = time.monotonic() + RETRY_S
            self._owes_generation = True
        log.warning("frequency limits fall back to PostgreSQL", error=error)

    def answers(self) -> bool:
        """Whether Valkey can be asked now."""
        try:
            return bool(self._client.ping())
        except redis.RedisError:
            return False


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
    ]


def _entry(event: Event) -> str:
    return f"{event.at}:{event.type}:{event.content};"
