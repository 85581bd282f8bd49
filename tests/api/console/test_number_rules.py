"""The account's own rules for numbers: listed, added line by line or not at all, taken off."""

import pytest

from customers.models import AuditEvent
from messaging.models import NumberRule
from tests.api.console.caller import ConsoleCaller, console_caller

BODY = {"kind": "deny", "lines": ["+8613800138000", "6789*"]}


def test_added_listed_switched_and_deleted(owner: ConsoleCaller):
    assert owner.call("POST", "number-rules", BODY).body == {"count": 2}
    assert owner.call("PUT", "number-rules/switch", {"is_enabled": True}).status == 204
    listed = owner.call("GET", "number-rules", sort_dir="asc").body
    assert (listed["is_enabled"], listed["total"]) == (True, 2)
    assert [one["pattern"] for one in listed["results"]] == BODY["lines"]
    ids = [one["id"] for one in listed["results"]]
    assert owner.call("POST", "number-rules/batch-delete", {"ids": [*ids, 1]}).body == {"count": 2}
    assert owner.call("GET", "number-rules").body["total"] == 0
    verbs = AuditEvent.objects.filter(object_type="numberrule").values_list("verb", flat=True)
    assert set(verbs) == {"add", "enable", "remove"}


def test_viewers_see_masked_numbers(owner: ConsoleCaller):
    owner.call("POST", "number-rules", BODY)
    listed = owner.colleague("viewer").call("GET", "number-rules", sort_dir="asc").body
    assert [one["pattern"] for one in listed["results"]] == ["138****8000", "6789*"]


def test_wrong_lines_are_named(owner: ConsoleCaller):
    answer = owner.call("POST", "number-rules", BODY | {"lines": ["13800138000", "no number"]})
    assert answer.told == (400, "MSGSMS.0002")
    assert "lines.1: no number" in answer.detail
    assert not NumberRule.objects.exists()


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("POST", "number-rules", {}),
        ("POST", "number-rules", BODY | {"kind": "maybe"}),
        ("POST", "number-rules", BODY | {"lines": []}),
        ("POST", "number-rules", BODY | {"lines": "13800138000"}),
        ("POST", "number-rules", BODY | {"lines": [1]}),
        ("POST", "number-rules", BODY | {"lines": ["1"] * 1_001}),
        ("POST", "number-rules", BODY | {"more": 1}),
        ("POST", "number-rules/batch-delete", {"ids": []}),
        ("POST", "number-rules/batch-delete", {"ids": [0]}),
        ("POST", "number-rules/batch-delete", {"ids": [10**30]}),
        ("POST", "number-rules/batch-delete", {"ids": ["x"]}),
        ("PUT", "number-rules/switch", {}),
        ("PUT", "number-rules/switch", {"is_enabled": "perhaps"}),
    ],
)
def test_what_is_refused(owner: ConsoleCaller, method: str, rest: str, body: object):
    assert owner.call(method, rest, body).told == (400, "MSGSMS.0002")


def test_operators_only_read(owner: ConsoleCaller):
    operator = owner.colleague("operator")
    assert operator.call("GET", "number-rules").status == 200
    for method, rest in (
        ("POST", "number-rules"),
        ("POST", "number-rules/batch-delete"),
        ("PUT", "number-rules/switch"),
    ):
        assert operator.call(method, rest, BODY).told == (403, "MSGSMS.0054")


def test_strangers_rules_stay(owner: ConsoleCaller):
    owner.call("POST", "number-rules", BODY)
    ids = list(NumberRule.objects.values_list("pk", flat=True))
    stranger = console_caller()
    assert stranger.call("GET", "number-rules").body["total"] == 0
    assert stranger.call("POST", "number-rules/batch-delete", {"ids": ids}).body == {"count": 0}
    assert NumberRule.objects.count() == 2
