"""The pages people look at, before and after millions of messages were sent.

The messages are made by the database itself, which is faster than a COPY of rows that are made
here: nine of ten in requests of a hundred numbers, the rest in requests of one, spread over the
partitions of the last seven days; every tenth failed.
"""

import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from http.cookiejar import CookieJar
from statistics import quantiles

import psycopg

from .errors import BenchError
from .stack import Stack

DAYS = 7
CHUNK = 400_000
"""Messages of one statement at most; the days take turns, so that all of them have as many."""
LARGE, SINGLE = 100, 1
_PAGE_TIMEOUT_S = 60.0
_NUMBERS_PER_DAY = 1_000_000_000
_FIRST_NUMBER = 400_000_000
"""Above what the stack itself gives on a day."""

# Requests of `each` messages from `first` on, accepted in the order of their ids.
_FILL = """
WITH pattern AS (
    SELECT template.customer_id, template.application_id, 1 AS source, template.type,
           template.version_id AS template_version_id, signature.id AS signature_id,
           signature.name AS signature_name, signature.channel_number AS sender,
           (SELECT min(id) FROM messaging_channel) AS channel_id
    FROM reviews_template AS template
    JOIN reviews_signature AS signature ON signature.application_id = template.application_id
    WHERE template.template_id = %(template)s AND signature.channel_number = %(number)s LIMIT 1
), request AS (
    INSERT INTO messaging_sendrequest
        (id, uuid, customer_id, application_id, source, type, template_version_id, signature_id,
         signature_name, sender, channel_id, extend, count, created_at, priority, dispatch)
    SELECT %(first)s::bigint + number * %(each)s, gen_random_uuid(), customer_id, application_id,
           source, type, template_version_id, signature_id, signature_name, sender, channel_id,
           '', %(each)s,
           %(until)s::timestamptz
           - interval '1 day' * (%(days_ago)s + 1
                                 - (%(offset)s + number * %(each)s)::float8 / %(per_day)s), 2, 2
    FROM pattern CROSS JOIN generate_series(0, %(requests)s - 1) AS number
    RETURNING id, customer_id, created_at
)
INSERT INTO messaging_message
    (id, request_id, customer_id, recipient, state, parts, parts_open, code, submitted_at,
     finished_at)
SELECT id + number, id, customer_id, '+86139' || lpad(((id + number) %% 100000000)::text, 8, '0'),
       CASE WHEN (id + number) %% 10 = 0 THEN 11 ELSE 10 END, 1, 0,
       CASE WHEN (id + number) %% 10 = 0 THEN 'MK:1008' ELSE 'DELIVRD' END,
       created_at + interval '1 second', created_at + interval '4 seconds'
FROM request CROSS JOIN generate_series(0, %(each)s - 1) AS number
"""
_PARTITIONS = "SELECT messaging_make_partitions(%s, %s)"
_TODAY = "SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date - date '2020-01-01', now()"
_EXAMPLE = """
SELECT message.recipient, request.uuid::text, message.id
FROM messaging_message AS message
JOIN messaging_sendrequest AS request ON request.id = message.request_id
WHERE message.id >= %(first)s ORDER BY message.id LIMIT 1
"""


@dataclass(frozen=True)
class Chunk:
    """Requests of `each` messages from the `offset`-th number of a day on."""

    days_ago: int
    offset: int
    each: int
    requests: int


@dataclass
class DetailsBench:
    """Loads `messages` messages of the demo customer once, and looks at pages `views` times.

    It loads as many as fit into `load_s` seconds.
    """

    stack: Stack
    messages: int
    views: int
    load_s: float
    _example: tuple[str, str, int] = field(default=("+8613900000000", "", 0))

    def load(self) -> dict[str, float]:
        """Fill the tables; how many rows there are then, and those of a second with indexes."""
        started = time.perf_counter()
        loaded = 0
        with self.stack.connect() as connection:
            row = connection.execute(_TODAY).fetchone()
            assert row is not None
            today, moment = row
            connection.execute(_PARTITIONS, [today - DAYS, today])
            for chunk in self._chunks():
                loaded += self._fill(connection, chunk, today=today, moment=moment)
                if time.perf_counter() - started > self.load_s:
                    break
            elapsed_s = time.perf_counter() - started
            connection.execute("ANALYZE messaging_message")
            connection.execute("ANALYZE messaging_sendrequest")
            first = (today - DAYS // 2) * _NUMBERS_PER_DAY + _FIRST_NUMBER
            example = connection.execute(_EXAMPLE, {"first": first}).fetchone()
        if example is None:
            raise BenchError(
                "no messages were loaded: has the demo's template a signature with its number?"
            )
        self._example = example
        return {"rows_per_s": loaded / elapsed_s, "rows": float(loaded)}

    def _chunks(self) -> Iterator["Chunk"]:
        """Pieces of the work, day after day, again and again, until all messages are there."""
        offsets, done = dict.fromkeys(range(DAYS), 0), 0
        while done < self.messages:
            wanted = min(CHUNK, -(-(self.messages - done) // DAYS))
            for days_ago in range(DAYS):
                for each, share in ((LARGE, wanted * 9 // 10), (SINGLE, wanted - wanted * 9 // 10)):
                    requests = max(share // each, 1)
                    yield Chunk(days_ago, offsets[days_ago], each, requests)
                    offsets[days_ago] += each * requests
            done += wanted * DAYS

    def _fill(
        self, connection: psycopg.Connection, chunk: "Chunk", *, today: int, moment: object
    ) -> int:
        demo = self.stack.demo
        first = (today - chunk.days_ago) * _NUMBERS_PER_DAY + _FIRST_NUMBER + chunk.offset
        values = {
            "template": demo["templates"]["notice"]["id"],
            "number": demo["channel_number"],
            "first": first,
            "each": chunk.each,
            "requests": chunk.requests,
            "offset": chunk.offset,
            "per_day": self.messages / DAYS,
            "until": moment,
            "days_ago": chunk.days_ago,
        }
        return connection.execute(_FILL, values).rowcount

    def pages(self) -> dict[str, tuple[str, Callable[[], str]]]:
        """Name, title and address of each page; the address is known once it is asked for."""
        return {
            "last_day": ("sending details, last 24 hours", lambda: "/messages"),
            "failed": ("sending details, failed ones", lambda: "/messages?result=failed"),
            "week": ("sending details, last 7 days", lambda: "/messages?last=7d"),
            "rare": ("sending details, a code nobody has", lambda: "/messages?code=none&last=7d"),
            "number": ("sending details, one number", self._of_number),
            "request": ("sending details, one request", self._of_request),
            "timeline": ("timeline of a message", self._timeline),
            "overview": ("overview", lambda: "/"),
        }

    def look(self, address: Callable[[], str]) -> dict[str, float]:
        """Open a page again and again; how long until it was read whole."""
        path = address()
        self._visitor.read(path)
        times = []
        for _view in range(self.views):
            started = time.perf_counter()
            self._visitor.read(path)
            times.append(time.perf_counter() - started)
        percentiles = quantiles(times, n=100, method="inclusive")
        return {"p50_ms": percentiles[49] * 1000, "p99_ms": percentiles[98] * 1000}

    def _of_number(self) -> str:
        number = urllib.parse.quote(self._example[0])
        return f"/messages?number={number}&last=7d"

    def _of_request(self) -> str:
        return (
            f"/messages?identifier={self._example[1]}&last=7d" if self._example[1] else "/messages"
        )

    def _timeline(self) -> str:
        _number, uuid, message_id = self._example
        return f"/messages/{uuid}_{message_id}" if uuid else "/messages"

    @cached_property
    def _visitor(self) -> "Visitor":
        return Visitor.of(self.stack)


@dataclass(frozen=True)
class Visitor:
    """Somebody with a session of the portal."""

    base_url: str
    opener: urllib.request.OpenerDirector

    @classmethod
    def of(cls, stack: Stack) -> "Visitor":
        """The owner of the demo customer, logged in."""
        cookies = CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
        visitor = cls(stack.demo["base_url"], opener)
        visitor.read("/accounts/login/")
        token = next(cookie.value for cookie in cookies if cookie.name == "csrftoken")
        person = stack.demo["customer"]
        form = {
            "csrfmiddlewaretoken": token,
            "login": person["email"],
            "password": person["password"],
        }
        visitor.read("/accounts/login/", urllib.parse.urlencode(form).encode())
        return visitor

    def read(self, path: str, data: bytes | None = None) -> bytes:
        request = urllib.request.Request(self.base_url + path, data=data)
        with self.opener.open(request, timeout=_PAGE_TIMEOUT_S) as answer:
            if "/accounts/login" in answer.url and data is not None:
                raise BenchError("the demo customer could not log in")
            return bytes(answer.read())
