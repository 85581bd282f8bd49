from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.addresses import AddressPolicy

PRIVATE = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "0.0.0.0/8",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "fe80::/10",
    "fc00::/7",
    "ff00::/8",
]


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "117.78.29.1",
        "2606:4700::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::",
    ],
)
def test_public_addresses_are_allowed(address: str) -> None:
    assert AddressPolicy().allows(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "2002:7f00:1::",
        "2002:a00:1::",
        "2001:0:808:808::1",
        "2001:db8::1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "fec0::1",
        "ff02::1",
        "fd00:ec2::254",
    ],
)
def test_all_others_are_not(address: str) -> None:
    assert not AddressPolicy().allows(address)


@given(st.sampled_from(PRIVATE).flatmap(lambda cidr: st.ip_addresses(network=cidr)))
def test_nothing_inside_a_private_block_is_allowed(address: object) -> None:
    assert not AddressPolicy().allows(str(address))


@given(st.ip_addresses(v=4))
def test_an_address_in_disguise_is_judged_as_itself(address: object) -> None:
    policy = AddressPolicy()
    allowed = policy.allows(str(address))
    assert policy.allows(f"::ffff:{address}") == allowed
    assert policy.allows(f"64:ff9b::{address}") == allowed


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("64:ff9b::a01:203", True),
        ("2002:a01:203::", True),
        ("11.0.0.1", True),
        ("192.168.0.1", False),
        ("fd00::1", True),
        ("fd01::1", False),
        ("127.0.0.1", False),
    ],
)
def test_listed_networks_are_allowed_too(address: str, allowed: bool) -> None:
    assert AddressPolicy(["10.0.0.0/8", "fd00::/16"]).allows(address) == allowed


def test_a_malformed_network_is_an_error_at_once() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/8"):
        AddressPolicy(["10.0.0.1/8"])


@given(st.ip_addresses())
def test_a_policy_that_lists_everything_allows_everything(address: object) -> None:
    everything = [str(ip_network("0.0.0.0/0")), str(ip_network("::/0"))]
    assert AddressPolicy(everything).allows(str(address))
