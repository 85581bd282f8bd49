"""An account that sends: its road for messages and its members as callers."""

from collections.abc import Sequence

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.console.caller import ConsoleCaller
from tests.factories import MembershipFactory
from tests.messaging.road import Road

A, B, C = "+8613800138000", "+8613900139000", "+8613700137000"


def member_of(road: Road, role: str) -> ConsoleCaller:
    return ConsoleCaller(MembershipFactory(customer=road.application.customer, role=role))


def told_numbers(results: Sequence[dict[str, object]]) -> list[object]:
    return [one["number"] for one in results]


def queries_of(caller: ConsoleCaller, rest: str, **query: object) -> int:
    """How many queries an answer takes."""
    with CaptureQueriesContext(connection) as captured:
        assert caller.call("GET", rest, **query).status == 200
    return len(captured)
