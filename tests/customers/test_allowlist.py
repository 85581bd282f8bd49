import pytest

from common.errors import Refusal
from customers.services.allowlist import checked_allowlist


@pytest.mark.parametrize(
    ("entry", "kept"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7/32 ", "203.0.113.7"),
        ("203.0.113.0/24", "203.0.113.0/24"),
        ("203.0.113.0/255.255.255.0", "203.0.113.0/24"),
        ("2001:DB8:0:0::7", "2001:db8::7"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_addresses_and_networks_are_kept_in_their_shortest_form(entry, kept):
    assert checked_allowlist([entry], field="list") == [kept]


@pytest.mark.parametrize(
    "entry",
    ["", "shop.example.com", "203.0.113", "203.0.113.256", "203.0.113.0/33", "fe80::1%eth0", "1"],
)
def test_the_first_wrong_entry_is_named(entry):
    with pytest.raises(Refusal) as refused:
        checked_allowlist(["203.0.113.7", entry, "worse"], field="list")

    assert (refused.value.code, refused.value.field) == ("allowlist_entry", "list")
    assert f"“{entry}”" in str(refused.value)


def test_an_address_inside_a_network_is_refused_with_both_readings():
    with pytest.raises(Refusal) as refused:
        checked_allowlist(["203.0.113.7/24"], field="list")

    assert "203.0.113.0/24 for the whole network" in str(refused.value)
    assert "203.0.113.7 for the one address" in str(refused.value)


def test_an_entry_counts_once_however_it_is_written():
    entries = ["203.0.113.7", "203.0.113.7/32", "2001:db8::1", "2001:DB8::1"]
    assert checked_allowlist(entries, field="list") == ["203.0.113.7", "2001:db8::1"]


def test_a_hundred_entries_are_the_most():
    entries = [f"203.0.113.{number}" for number in range(101)]
    assert len(checked_allowlist(entries[:100], field="list")) == 100
    with pytest.raises(Refusal) as refused:
        checked_allowlist(entries, field="list")
    assert "101 entries" in str(refused.value)
