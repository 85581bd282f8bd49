from datetime import date

import pytest
import time_machine

from reviews.models import Qualification, Signature
from reviews.services.rules import binding_findings, qualification_findings
from reviews.services.rules.qualifications import BINDING_RULES, QUALIFICATION_RULES
from tests.factories import CustomerFactory, SignatureFactory

pytestmark = pytest.mark.django_db
SELF, OTHER = Qualification.Purpose.SELF_USE, Qualification.Purpose.THIRD_PARTY
TODAY = "2026-03-02T08:00:00+00:00"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


def filed(customer=None, **fields):
    values = {
        "customer": customer or CustomerFactory(name="云上商城科技有限公司"),
        "purpose": SELF,
        "enterprise_name": "云上商城科技有限公司",
        "administrator": "示例人",
        "status": Qualification.Status.APPROVED,
    } | fields
    count = Qualification.every.count()
    return Qualification.objects.create(name=f"papers{count}", **values)


def of_another(**fields):
    return filed(purpose=OTHER, enterprise_name="蓝鲸书店有限公司", **fields)


QUALIFICATIONS = [
    ("qualification_enterprise", lambda: filed(enterprise_name="蓝鲸书店有限公司"), filed),
    ("qualification_own_enterprise", lambda: filed(purpose=OTHER), of_another),
    (
        "qualification_authorization",
        lambda: of_another(authorization_until=date(2026, 3, 31)),
        lambda: of_another(authorization_until=date(2026, 4, 1)),
    ),
    (
        "qualification_administrator",
        lambda: of_another(customer=filed().customer),
        lambda: of_another(customer=filed().customer, administrator="另一人"),
    ),
    (
        "qualification_administrator",
        lambda: of_another(customer=filed().customer),
        lambda: filed(customer=filed().customer),
    ),
]
BINDINGS = [
    ("binding_name", {"name": "云下商城"}, {"name": "云上商城"}),
    ("binding_name", {"name": "商城云上"}, {"name": "云商科技"}),
    (
        "binding_name",
        {"name": "蓝鲸"},
        {"name": "蓝鲸", "source": Signature.Source.APP},
    ),
    ("binding_purpose", {"is_third_party": True}, {"is_third_party": False}),
]


@pytest.mark.parametrize(("rule", "bad", "good"), QUALIFICATIONS)
def test_qualification_rules(rule, bad, good):
    (finding,) = qualification_findings(bad())
    assert (finding.rule, finding.is_blocking) == (rule, False)
    assert qualification_findings(good()) == []


@pytest.mark.parametrize(("rule", "bad", "good"), BINDINGS)
def test_binding_rules(rule, bad, good):
    qualification = filed()

    def bound(name="云上", **fields):
        return SignatureFactory.build(name=name, qualification=qualification, **fields)

    (finding,) = binding_findings(bound(**bad))
    assert (finding.rule, finding.is_blocking) == (rule, False)
    assert finding.span in (None, (0, len(bad.get("name", ""))))
    assert binding_findings(bound(**good)) == []


def test_a_signature_waits_for_its_qualification():
    signature = SignatureFactory.build(name="云上", qualification=filed(status="PENDING_REVIEW"))

    (finding,) = binding_findings(signature)
    assert finding.rule == "binding_status"
    assert "Pending review" in finding.message


def test_a_signature_needs_a_letter_that_goes_on():
    letter = of_another(authorization_until=date(2026, 2, 1))
    signature = SignatureFactory.build(name="蓝鲸", qualification=letter, is_third_party=True)

    (finding,) = binding_findings(signature)
    assert finding.rule == "binding_authorization"
    assert "2026-02-01" in finding.message


def test_a_signature_without_a_qualification_has_nothing_to_compare():
    assert binding_findings(SignatureFactory.build(qualification=None)) == []


def test_every_rule_has_an_example():
    tested = {row[0] for table in (QUALIFICATIONS, BINDINGS) for row in table}

    assert {rule.name for rule in (*QUALIFICATION_RULES, *BINDING_RULES)} == tested | {
        "binding_authorization",
        "binding_status",
    }
