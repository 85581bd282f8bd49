"""The platform's blocklists hold for every customer and every type of message."""

from collections.abc import Iterator

import pytest

from customers.models import AuditEvent
from messaging.models import BlockedNumber, Message
from messaging.policy import blocklist
from tests.factories import UserFactory
from tests.messaging.road import Road

A, B, C = "+8613800138000", "+8613800138001", "+8613800138002"
ADD = "/operations/messaging/blockednumber/add/"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    blocklist.forget()
    yield
    blocklist.forget()


def codes(road: Road, *to: str | None) -> list[str]:
    road.accept(list(to))
    return list(Message.objects.order_by("id").values_list("code", flat=True))


def test_each_list_has_its_code(road: Road):
    BlockedNumber.objects.create(recipient=A, kind="platform", reason="?")
    BlockedNumber.objects.create(recipient=B, kind="complaint", reason="?")
    BlockedNumber.objects.create(recipient=C, kind="complaint", reason="?", is_active=False)
    assert codes(road, A, None, B, C) == ["SC:0003", "SC:0005", ""]


def test_who_is_not_listed_costs_no_query(road: Road, statements: list[str]):
    BlockedNumber.objects.create(recipient=C, kind="platform", reason="?")
    codes(road, A)
    statements.clear()
    road.accept([B])
    assert len(statements) == 1


def test_a_list_that_did_not_change_is_not_read_again(road: Road, statements: list[str]):
    BlockedNumber.objects.create(recipient=C, kind="platform", reason="?")
    codes(road, A)
    blocklist.forget()
    statements.clear()
    road.accept([A])
    assert not any("FROM messaging_blockednumber" in one for one in statements)


def test_each_change_is_seen(road: Road):
    row = BlockedNumber.objects.create(recipient=A, kind="platform", reason="?")
    assert codes(road, A)[-1] == "SC:0003"
    row.is_active = False
    row.save()
    blocklist.forget()
    assert codes(road, A)[-1] == ""
    BlockedNumber.objects.filter(pk=row.pk).update(is_active=True)
    blocklist.forget()
    assert codes(road, A)[-1] == "SC:0003"
    BlockedNumber.objects.all().delete()
    blocklist.forget()
    assert codes(road, A)[-1] == ""


def test_a_list_too_long_to_remember_is_asked(road: Road, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(blocklist, "MOST_REMEMBERED", 1)
    for number in (A, C):
        BlockedNumber.objects.create(recipient=number, kind="platform", reason="?")
    assert codes(road, A, B, C) == ["SC:0003", "", "SC:0003"]


def test_operations_add_a_number_in_any_writing(client, db):
    client.force_login(UserFactory(administrator=True))
    fields = {"kind": "complaint", "reason": "Complaint of 1 May", "is_active": "on"}
    assert client.post(ADD, fields | {"recipient": "nobody"}).status_code == 200
    assert client.post(ADD, fields | {"recipient": "138 0013 8000"}).status_code == 302
    row = BlockedNumber.objects.get()
    assert (row.recipient, row.added_by is not None) == (A, True)
    assert AuditEvent.objects.filter(object_type="blockednumber", verb="create").exists()
