"""The pages of number control."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from customers.models import AuditEvent, Customer
from messaging.models import NumberRule
from messaging.policy import number_control
from messaging.services.number_control import is_enabled

from .conftest import Visitor

LIST, ADD = "/number-control", "/number-control/add"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    number_control.forget()
    yield
    number_control.forget()


def patterns(customer: Customer) -> set[str]:
    return set(NumberRule.objects.for_customer(customer).values_list("pattern", flat=True))


def test_rules_are_added_listed_and_removed(customer: Customer, owner: Visitor):
    file = SimpleUploadedFile("more.txt", b"9000\n")
    assert (
        owner.post(ADD, {"kind": "deny", "lines": "13800138000", "file": file}).status_code == 302
    )
    assert patterns(customer) == {"+8613800138000", "9000"}
    page = owner.get(LIST).content.decode()
    assert "138 0013 8000" in page
    assert "…9000" in page
    rule = NumberRule.objects.get(pattern="9000")
    owner.post(f"{LIST}/remove", {"rule": [rule.pk, "x", "99999999999999999999"]})
    assert patterns(customer) == {"+8613800138000"}
    verbs = AuditEvent.objects.filter(object_type="numberrule").order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == ["add", "remove"]


def test_wrong_lines_are_listed_and_nothing_is_stored(customer: Customer, owner: Visitor):
    lines = "13800138000\nnonsense\n12\n13900139000"
    response = owner.post(ADD, {"kind": "deny", "lines": lines})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Wrong lines: 2." in page
    assert "<code>nonsense</code>" in page
    assert "13900139000" in page  # what was typed is still there
    assert patterns(customer) == set()


def test_a_file_with_a_tenth_of_bad_lines_is_told_line_by_line(customer: Customer, owner: Visitor):
    lines = [str(13800138000 + n) if n % 10 else f"bad-{n}" for n in range(500)]
    file = SimpleUploadedFile("numbers.txt", "\n".join(lines).encode())
    page = owner.post(ADD, {"kind": "deny", "lines": "8000", "file": file}).content.decode()
    assert "Wrong lines: 50." in page
    assert "File, line 491" in page
    assert page.count("<code>bad-") == 50
    assert patterns(customer) == set()


def test_a_rule_that_overlaps_another_is_refused_by_its_name(customer: Customer, owner: Visitor):
    NumberRule.objects.create(customer=customer, kind="deny", pattern="8000")
    page = owner.post(ADD, {"kind": "deny", "lines": "138****8000"}).content.decode()
    assert "It overlaps the rule 8000 (denied)" in page
    page = owner.post(ADD, {"kind": "allow", "lines": "000*\n**00"}).content.decode()
    assert "It overlaps the rule 8000 (denied)" in page
    assert patterns(customer) == {"8000"}
    # An exception from what is denied is what number control is for.
    assert owner.post(ADD, {"kind": "allow", "lines": "13800138000"}).status_code == 302


def test_lines_of_one_import_that_overlap(customer: Customer, owner: Visitor):
    page = owner.post(ADD, {"kind": "deny", "lines": "0138000\n8000"}).content.decode()
    assert "It overlaps line 1 (0138000)." in page
    assert patterns(customer) == set()


def test_more_than_600_numbers_are_too_many(customer: Customer, owner: Visitor):
    lines = "\n".join(str(13800138000 + n) for n in range(601))
    response = owner.post(ADD, {"kind": "deny", "lines": lines})
    assert "at most 600 are possible" in response.content.decode()
    assert patterns(customer) == set()


def test_a_strangers_rule_is_not_removed(customer: Customer, stranger: Visitor):
    rule = NumberRule.objects.create(customer=customer, kind="deny", pattern="8000")
    stranger.post(f"{LIST}/remove", {"rule": [rule.pk]})
    assert patterns(customer) == {"8000"}


def test_the_switch(customer: Customer, owner: Visitor):
    assert "The rules are off" in owner.get(LIST).content.decode()
    owner.post(f"{LIST}/switch", {"enabled": "yes"})
    assert is_enabled(customer)
    owner.post(f"{LIST}/switch", {"enabled": "no"})
    assert not is_enabled(customer)
