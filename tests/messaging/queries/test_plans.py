"""How PostgreSQL answers the usual searches: by index, and only in the days they are about."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from common.clock import local_day, now
from messaging.models import GroupTask, Message, SendRequest
from messaging.queries import Result
from messaging.queries.search import Bounds, MessageSearch, floor_statement, rows_statement
from tests.factories import CustomerFactory, MembershipFactory, TemplateFactory
from tests.messaging.crowd import fill
from tests.messaging.road import Road, build_road

REQUESTS = 400
EACH = 25


@pytest.fixture
def crowd(db: None) -> Road:
    """Three days of messages of a customer, and as many of another one."""
    road = build_road()
    template = TemplateFactory(adopted=True)
    other = Road(template.application, road.channel, template)
    for days_ago in range(3):
        fill(road, days_ago=days_ago, requests=REQUESTS, each=EACH)
        fill(other, days_ago=days_ago, requests=REQUESTS, each=EACH, start=1_000_000)
    with connection.cursor() as cursor:
        for table in ("messaging_message", "messaging_sendrequest"):
            cursor.execute(f"ANALYZE {table}")
    return road


def search(road: Road, **options: Any) -> MessageSearch:
    moment = now()
    span = {"start": moment - timedelta(hours=24), "end": moment}
    return MessageSearch(customer=road.application.customer, **span | options)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


def explained(
    statement: tuple[str, dict[str, Any]], *, analyze: bool = True
) -> list[dict[str, Any]]:
    sql, values = statement
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON{', ANALYZE' if analyze else ''}) {sql}", values)
        found = cursor.fetchone()[0]
    plan = json.loads(found) if isinstance(found, str) else found
    return list(nodes(plan[0]["Plan"]))


def hot(plan: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The scans of partitions of the tables that grow."""
    pattern = re.compile(r"messaging_(message|sendrequest|part)_\d{8}")
    return [node for node in plan if pattern.fullmatch(node.get("Relation Name", ""))]


def days(plan: list[dict[str, Any]]) -> set[str]:
    return {node["Relation Name"][-8:] for node in hot(plan)}


def page(road: Road, **options: Any) -> list[dict[str, Any]]:
    wanted = search(road, **options)
    return explained(rows_statement(wanted, Bounds.of(wanted), columns="message.id", limit=51))


SEARCHES = {
    "last 24 hours": {},
    "failed": {"result": Result.FAILED},
    "status code": {"code": "MK:1008"},
    "number": {"recipient": "+8613800000042"},
    "application": {"application_id": 1},
}


@pytest.mark.parametrize("options", SEARCHES.values(), ids=SEARCHES.keys())
def test_no_search_reads_a_partition_from_end_to_end(options: dict[str, Any], crowd: Road):
    plan = page(crowd, **options)
    assert hot(plan)
    assert {node["Node Type"] for node in hot(plan)} <= {"Index Scan", "Index Only Scan"}


def test_only_the_days_of_the_search_are_planned_for(crowd: Road):
    today = local_day(now())
    expected = {f"{today - timedelta(days=ago):%Y%m%d}" for ago in (0, 1)}
    assert days(page(crowd)) == expected
    assert days(page(crowd, recipient="+8613800000042")) == expected


def test_a_page_stops_when_it_is_full(crowd: Road):
    """51 rows of a day with 10,000: what lies below them is not touched."""
    plan = page(crowd)
    touched = sum(
        node["Actual Rows"] * node["Actual Loops"]
        for node in hot(plan)
        if "_message_" in node["Relation Name"]
    )
    assert touched <= 51 + EACH


def test_a_number_is_found_by_its_own_index(crowd: Road):
    indexes = {node.get("Index Name", "") for node in hot(page(crowd, recipient="+8613800000042"))}
    assert any("recipient" in name for name in indexes)


def test_a_request_is_found_by_its_uuid(crowd: Road):
    uuid = SendRequest.objects.values_list("uuid", flat=True).order_by("id")[7]
    indexes = {node.get("Index Name", "") for node in hot(page(crowd, request_uuid=uuid))}
    assert any("uuid" in name for name in indexes)


def test_a_message_id_is_found_by_the_primary_key(crowd: Road):
    message_id = Message.objects.filter(customer=crowd.application.customer).latest("id").pk
    plan = page(crowd, message_id=message_id)
    indexes = {
        node.get("Index Name", "") for node in hot(plan) if "_message_" in node["Relation Name"]
    }
    assert indexes
    assert all(name.endswith("_pkey") for name in indexes)


def test_a_group_task_is_found_by_its_own_index(crowd: Road):
    task = GroupTask.objects.create(
        customer=crowd.application.customer,
        application=crowd.application,
        signature=crowd.template.signature,
        template=crowd.template,
        name="crowd",
        created_by=MembershipFactory(customer=crowd.application.customer).user,
    )
    some = SendRequest.objects.for_customer(crowd.application.customer).order_by("-id")[:5]
    SendRequest.objects.filter(id__in=list(some.values_list("id", flat=True))).update(
        group_task_id=task.pk
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE messaging_sendrequest")
    wanted = search(crowd, group_task_id=task.pk)
    plan = explained(rows_statement(wanted, Bounds.of(wanted), columns="message.id", limit=51))
    indexes = {
        node.get("Index Name", "") for node in hot(plan) if "_sendrequest_" in node["Relation Name"]
    }
    assert any("group" in name for name in indexes)


def test_the_floor_of_a_walk_reads_no_more_than_it_may(crowd: Road):
    wanted = search(crowd, result=Result.FAILED)
    plan = explained(
        floor_statement(wanted, Bounds.of(wanted), most_requests=50, most_messages=10_000)
    )
    assert {node["Node Type"] for node in hot(plan)} <= {"Index Scan", "Index Only Scan"}
    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in hot(plan)) <= 50


def test_a_customer_without_messages_costs_next_to_nothing(crowd: Road):
    wanted = MessageSearch(
        customer=CustomerFactory(), start=now() - timedelta(days=1), end=now(), result=Result.FAILED
    )
    plan = explained(rows_statement(wanted, Bounds.of(wanted), columns="message.id", limit=51))
    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in hot(plan)) == 0
