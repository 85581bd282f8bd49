"""Codes that prove an address: one use, few tries, not too many."""

import re

import pytest
import time_machine

from common.clock import now
from common.errors import Refusal
from customers.models import Delivery, SecurityCode
from customers.services import security_codes

pytestmark = pytest.mark.django_db
ADDRESS = "person@example.com"


def send(subject: str = "contact:1", address: str = ADDRESS) -> str:
    """Have a code sent; return it as the delivery carries it."""
    security_codes.send(subject=subject, address=address, medium=Delivery.Medium.EMAIL)
    return str(Delivery.objects.latest("pk").code)


def refusal(code: str, subject: str = "contact:1") -> str:
    with pytest.raises(Refusal) as refused:
        security_codes.check(subject=subject, address=ADDRESS, code=code)
    return refused.value.code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_right_code_is_accepted_once():
    code = send()
    assert re.fullmatch(r"\d{6}", code)
    security_codes.check(subject="contact:1", address=ADDRESS, code=f" {code} ")
    assert refusal(code) == "code_expired"


def test_a_code_of_another_subject_is_no_proof():
    assert refusal(send(subject="contact:2")) == "code_expired"


def test_the_code_is_kept_as_a_keyed_hash():
    code = send()
    assert code not in SecurityCode.objects.get().code_hash


def test_five_wrong_tries_end_a_code():
    code = send()
    for _ in range(security_codes.MOST_WRONG_TRIES):
        assert refusal(wrong(code)) == "code_wrong"
    assert refusal(code) == "code_blocked"


def test_a_code_ends_after_ten_minutes():
    with time_machine.travel(now(), tick=False) as clock:
        code = send()
        clock.shift(security_codes.LIVES.total_seconds() + 1)
        assert refusal(code) == "code_expired"


def test_only_the_latest_code_counts():
    with time_machine.travel(now(), tick=False) as clock:
        first = send()
        clock.shift(61)
        second = send()
        if first != second:
            assert refusal(first) == "code_wrong"
        security_codes.check(subject="contact:1", address=ADDRESS, code=second)


def test_a_second_code_has_to_wait_a_minute():
    send()
    with pytest.raises(Refusal) as refused:
        send()
    assert refused.value.code == "code_pause"
    assert Delivery.objects.count() == 1


def test_ten_codes_a_day_to_an_address_or_for_a_subject():
    with time_machine.travel(now(), tick=False) as clock:
        for turn in range(security_codes.MOST_PER_DAY):
            send(subject=f"contact:{turn}")
            clock.shift(61)
        with pytest.raises(Refusal) as refused:
            send(subject="contact:new")
        assert refused.value.code == "code_limit"
        clock.shift(24 * 3600)
        send(subject="contact:new")
