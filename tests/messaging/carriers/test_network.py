from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from messaging.carriers.base import Uplink
from messaging.carriers.simulated import network as network_module
from messaging.carriers.simulated.network import Network, OwedPart


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "carrier" / "network.sqlite3"


def part(number: int, due_at: float = 100.0) -> OwedPart:
    return OwedPart(f"c{number}", number, "DELIVRD", due_at)


def test_owes_each_receipt_until_it_is_confirmed(file: Path):
    network = Network(file)
    network.take([part(1, 100), part(2, 101)])
    assert network.next_due_at() == 100
    assert network.due(99.9, 10) == []
    assert network.due(100.5, 10) == [part(1, 100)]
    network.confirm(["c1"])
    assert network.due(200, 10) == [part(2, 101)]


def test_remembers_after_its_process_died(file: Path):
    Network(file).take([part(1)])  # never closed, as after a kill
    assert Network(file).due(200, 10) == [part(1)]


def test_a_part_given_twice_is_one_part(file: Path):
    network = Network(file)
    network.take([part(1)])
    network.confirm(["c1"])
    assert network.repeats() == 0
    network.take([])
    network.take([part(1, 500), part(2)])
    assert network.due(1000, 10) == [part(2)]
    assert network.repeats() == 1


def test_knows_what_it_was_given(file: Path):
    network = Network(file)
    network.take([OwedPart("c1-2", 1, "DELIVRD", 1), OwedPart("c1-1", 1, "DELIVRD", 1)])
    assert network.known([1, 2]) == {1: ("c1-1", "c1-2")}


def test_forgets_old_confirmed_parts_only(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(network_module, "KEPT_PARTS", 2)
    network = Network(file)
    network.take([part(number) for number in range(1, 7)])
    network.confirm([f"c{number}" for number in range(2, 7)])
    network.forget_old()
    assert network.known(range(1, 7)).keys() == {1, 4, 5, 6}


class TestReplies:
    def reply(self, name: str, **fields: Any) -> Uplink:
        sent_at = datetime(2026, 5, 1, tzinfo=UTC)
        return Uplink(name, "+8613800000000", "csms1", "text", sent_at)._replace(**fields)

    def test_they_wait_in_order_until_they_are_taken(self, file: Path):
        network = Network(file)
        replies = [self.reply(f"mo{n}", reference=7, total=3, index=3 - n) for n in range(3)]
        network.reply(replies)
        assert network.replies(10) == replies
        network.forget_replies(["mo0", "mo1"])
        assert network.replies(10) == replies[2:]

    def test_one_that_is_known_stays_as_it_is(self, file: Path):
        network = Network(file)
        network.reply([self.reply("mo1")])
        network.reply([self.reply("mo1", text="other")])
        assert [reply.text for reply in network.replies(10)] == ["text"]

    def test_another_process_may_send_them(self, file: Path):
        carrier = Network(file)
        Network(file).reply([self.reply("mo1")])
        assert [reply.carrier_id for reply in carrier.replies(10)] == ["mo1"]
