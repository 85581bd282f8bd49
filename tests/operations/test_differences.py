"""What differs from the submission before, and who the customer is."""

import pytest

from customers.models import AuditEvent
from reviews.desk.checks import checks_of
from reviews.desk.fields import fields_of, previous_of
from reviews.models import Decision, RealName, Signature, Submission, Transition
from reviews.services import submissions
from tests.factories import (
    SignatureFactory,
    SubmissionFactory,
    TemplateFactory,
    UserFactory,
)
from tests.operations.pages import address, text_of

pytestmark = pytest.mark.django_db


def resubmitted(subject, of_template=False, **changes):
    """The second case of an object that was changed after its first one."""
    first = SubmissionFactory(of_template=of_template, subject=subject, state="decided")
    for field, value in changes.items():
        setattr(subject, field, value)
    subject.save()
    return first, SubmissionFactory(of_template=of_template, subject=subject, attempt=2)


def by_name(case):
    return {field.name: field for field in fields_of(case, previous_of(case))}


def test_a_first_submission_has_no_differences(console):
    case = SubmissionFactory()

    assert previous_of(case) is None
    assert not any(field.is_changed for field in by_name(case).values())
    assert "differ from attempt" not in text_of(console.get(address(case)))


def test_changed_fields_show_old_and_new_in_words():
    signature = SignatureFactory(name="青禾", source=Signature.Source.ENTERPRISE)
    _first, case = resubmitted(signature, name="青禾商城", source=Signature.Source.APP)

    fields = by_name(case)

    assert (fields["name"].old, fields["name"].value) == ("青禾", "青禾商城")
    assert fields["source"].old == "Enterprise or institution name"
    assert fields["source"].value == "App name"
    assert not fields["type"].is_changed
    assert fields["is_third_party"].value == "No"


def test_a_long_text_is_compared_inside(console):
    template = TemplateFactory(content="您的订单${1}已发货，请留意查收。")
    _first, case = resubmitted(
        template, of_template=True, content="您的订单${1}已签收，请留意查收。"
    )

    pieces = by_name(case)["content"].pieces
    page = text_of(console.get(address(case)))

    assert ("old", "发货") in pieces
    assert ("new", "签收") in pieces
    assert "".join(text for what, text in pieces if what != "old") == template.content
    assert "<del>发货</del><ins>签收</ins>" in page
    assert "1 field differs from attempt 1." in page


def test_texts_with_nothing_in_common_stand_side_by_side():
    template = TemplateFactory(content="甲乙丙丁戊己庚辛壬癸")
    _first, case = resubmitted(template, of_template=True, content="子丑寅卯辰巳午未申酉戌亥")

    field = by_name(case)["content"]

    assert field.is_changed
    assert field.pieces == []


def test_cases_of_other_kinds_are_no_previous_submission():
    signature = SignatureFactory()
    SubmissionFactory(subject=signature, state="decided", kind="activation")

    assert previous_of(SubmissionFactory(subject=signature, attempt=2)) is None


def test_the_customers_profile_counts_objects_and_rejections(console):
    signature = SignatureFactory()
    SignatureFactory(application=signature.application, usable=True, name="青禾")
    case = SubmissionFactory(subject=signature)
    decided = SubmissionFactory(
        of_template=True,
        subject=TemplateFactory(application=signature.application),
        state="decided",
    )
    for outcome in ("approve", "reject", "reject"):
        Decision.objects.create(submission=decided, outcome=outcome, reviewer=UserFactory())

    page = text_of(console.get(address(case)))

    assert "3, 67 % rejected" in page
    assert "2 approved of 3" in page
    assert "青禾" in page


def test_the_history_has_actions_and_steps_latest_first(console, reviewer):
    signature = SignatureFactory()
    case = SubmissionFactory(subject=signature)
    Transition.objects.create(
        kind="signature", object_id=signature.pk, from_status="", to_status="PENDING_REVIEW"
    )
    for verb, reason in (("submit", ""), ("urge", "we go live tomorrow")):
        submissions.record(verb, signature, actor=reviewer, ip_address=None, reason=reason)
    AuditEvent.objects.create(verb="urge", object_type="template", object_id=str(signature.pk))

    page = text_of(console.get(address(case)))
    history = page.split('id="history-title"')[1]

    assert history.count("<strong>Urged</strong>") == 1
    assert "we go live tomorrow" in history
    assert (
        history.index("Urged") < history.index("Submitted for") < history.index("Pending signature")
    )


def test_other_attempts_are_linked(console):
    first, second = resubmitted(SignatureFactory())

    page = text_of(console.get(address(second)))

    assert f'href="{address(first)}">Signature, attempt 1</a>' in page
    assert "<strong>Signature, attempt 2</strong>" in page


@pytest.mark.parametrize(
    ("source", "register"),
    [
        (Signature.Source.TRADEMARK, "https://sbj.cnipa.gov.cn/"),
        (Signature.Source.APP, "https://beian.miit.gov.cn/"),
        (Signature.Source.ENTERPRISE, "https://www.gsxt.gov.cn/"),
    ],
)
def test_each_source_has_its_register(source, register):
    case = SubmissionFactory(subject=SignatureFactory(source=source, source_detail="12345678"))

    found = checks_of(case)

    assert found[0].address.startswith(register)
    assert found[0].look_for == "12345678"


def test_addresses_are_linked_without_telling_where_one_comes_from(console):
    signature = SignatureFactory(
        description="见 https://shop.example.com/a?b=1，javascript:alert(1) 和 http://["
    )

    page = text_of(console.get(address(SubmissionFactory(subject=signature))))

    assert (
        '<a href="https://shop.example.com/a?b=1" target="_blank" '
        'rel="noopener noreferrer nofollow">' in page
    )
    assert 'href="javascript' not in page
    assert 'href="http://["' not in page


def test_every_kind_of_case_has_a_page(console, lead_console, quota_case):
    signature = SignatureFactory(status=Signature.Status.PENDING_ACTIVATE)
    for kind in (Submission.Kind.ACTIVATION, Submission.Kind.SUPPLEMENT):
        case = SubmissionFactory(subject=signature, kind=kind)
        assert console.get(address(case)).status_code == 200
        case.delete()
    assert "more shops" in text_of(lead_console.get(address(quota_case)))
    real_name = RealName.objects.create(customer=signature.customer, enterprise_name="青禾科技")
    case = submissions.open_case(real_name, actor=None)
    page = text_of(console.get(address(case)))
    assert "青禾科技" in page
    assert "Business licence" in page
