"""Every event has its words, in every language, and fits into an SMS."""

import pytest

from common.variables import rule_for
from customers.models import Notice
from customers.services.wording import advice_of, sms_values, subject_of


@pytest.mark.parametrize("event", Notice.Event.values)
def test_an_event_is_worded(event: str):
    notice = Notice(event=event, params={"name": "云上商城"})
    assert "云上商城" in subject_of(notice)
    assert isinstance(advice_of(notice), str)


@pytest.mark.parametrize("name", ["云上商城", "a.b。c'd<e>{f}", "名" * 60, "...", ""])
def test_the_values_of_the_sms_fit_a_text_variable(name: str):
    values = sms_values(Notice(event=Notice.Event.SIGNATURE_APPROVED, params={"name": name}))
    rule = rule_for("TEXT")
    assert len(values) == 3
    assert all(rule.objection(value) is None for value in values)
