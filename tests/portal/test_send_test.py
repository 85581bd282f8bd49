"""Send test: what the page shows, what it sends, and who is told what."""

import json
import re

import pytest
from django.urls import reverse

from customers.models import Application, AuditEvent
from messaging.models import Message, SendRequest
from messaging.models.ids import forget as forget_ids
from messaging.services import catalogue
from reviews.models import Signature
from reviews.models.kinds import MessageType
from tests.factories import ApplicationFactory, SignatureFactory, TemplateFactory
from tests.messaging.road import Road

from .conftest import Visitor

NUMBER = "13800138000"


@pytest.fixture(autouse=True)
def _fresh(settings) -> None:
    """The send API remembers applications for seconds; here each test has its own."""
    settings.SMS_CREDENTIAL_CACHE_S = 0
    forget_ids()


@pytest.fixture
def application(road: Road) -> Application:
    return road.application


def page_of(application: Application) -> str:
    return reverse("portal:application-test", args=[application.public_id])


def preview_of(application: Application) -> str:
    return reverse("portal:application-test-preview", args=[application.public_id])


def typed(operator: Visitor, application: Application, **changed: str) -> dict[str, str]:
    """What the page's form holds when it is opened, with some fields changed."""
    form = operator.get(page_of(application)).context["form"]
    values = {field.name: str(field.value() or "") for field in form}
    return values | {"to": NUMBER} | changed


def test_an_operator_sends_and_sees_the_answer(
    operator: Visitor, application: Application, road: Road
):
    response = operator.post(page_of(application), typed(operator, application))
    assert response.status_code == 200
    answer = response.context["answer"]
    (number,) = answer.body["result"]
    assert (answer.http_status, answer.code, number["status"]) == (200, "000000", "000000")
    assert number["originTo"] == "+8613800138000"
    page = response.content.decode()
    assert "&quot;smsMsgId&quot;" in page
    assert reverse("portal:test-report", args=[number["smsMsgId"]]) in page
    message = Message.objects.get()
    assert message.sms_msg_id == number["smsMsgId"]
    assert message.request.source == SendRequest.Source.API
    assert message.request.template_version == road.template.version
    assert message.request.variables == ["A1234"]


def test_a_test_is_audited_without_the_whole_number(operator: Visitor, application: Application):
    operator.post(page_of(application), typed(operator, application))
    event = AuditEvent.objects.get(verb="send_test")
    assert (event.actor, event.object_id) == (operator.membership.user, str(application.pk))
    assert event.ip_address == "127.0.0.1"
    assert event.after["recipient"] == "138****8000"
    assert event.after["code"] == "000000"


def test_loading_the_answer_again_sends_nothing_twice(operator: Visitor, application: Application):
    values = typed(operator, application)
    first = operator.post(page_of(application), values).context["answer"]
    again = operator.post(page_of(application), values)
    assert again.context["answer"].body == first.body
    assert Message.objects.count() == 1
    operator.post(
        page_of(application), values | {"attempt": again.context["form"]["attempt"].value()}
    )
    assert Message.objects.count() == 2


def test_the_report_is_asked_for_until_it_is_there(
    operator: Visitor, application: Application, road: Road
):
    operator.post(page_of(application), typed(operator, application))
    report = reverse("portal:test-report", args=[Message.objects.get().sms_msg_id])
    waiting = operator.get(report).content.decode()
    assert f'hx-get="{report}"' in waiting
    assert "Waiting for the carrier" in waiting
    Message.objects.update(state=Message.State.FAILED, code="MK:0001")
    final = operator.get(report).content.decode()
    assert "hx-get" not in final
    assert "MK:0001" in final


@pytest.mark.parametrize("wrong", ["x", "1", "9" * 30, "{uuid}_{other}", "wrong_{id}"])
def test_there_is_no_report_of_what_was_not_sent(
    wrong: str, operator: Visitor, application: Application
):
    operator.post(page_of(application), typed(operator, application))
    message = Message.objects.get()
    uuid, number = message.sms_msg_id.split("_")
    asked = wrong.format(uuid=uuid, id=number, other=int(number) + 1)
    assert operator.get(reverse("portal:test-report", args=[asked])).status_code == 404


def test_the_secret_is_on_no_page(owner: Visitor, application: Application):
    secret = application.app_secret
    sent = owner.post(page_of(application), typed(owner, application))
    opened = owner.get(page_of(application))
    assert secret not in sent.content.decode()
    assert secret not in opened.content.decode()
    assert application.app_key in opened.content.decode()
    assert "SMS_APP_SECRET" in opened.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("to", "", "This field is required."),
        ("to", "12", "is no phone number"),
        ("value_0", "has blanks", "letters, digits or underscores"),
        ("sender", "", "Give the channel number of a signature."),
        ("status_callback", "ftp://example.com/x", "use http:// or https://"),
        ("status_callback", "nonsense", "not a complete address"),
    ],
)
def test_what_cannot_work_is_refused_at_its_field_and_stays(
    field: str, value: str, said: str, operator: Visitor, application: Application
):
    values = typed(operator, application, **{field: value, "attempt": FIXED})
    response = operator.post(page_of(application), values)
    page = response.content.decode()
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {field}
    assert said in page
    kept = {name: str(bound.value()) for name, bound in fields_of(response).items()}
    assert kept == values | {field: value}
    assert not Message.objects.exists()


def fields_of(response) -> dict:
    form = response.context["form"]
    return {field.name: field for field in form}


FIXED = "6f1f3f0e-5a6f-4c38-9a4a-0a8f0d7a2b11"


def warned(operator: Visitor, application: Application, **changed: str) -> list[str]:
    response = operator.post(preview_of(application), typed(operator, application, **changed))
    assert "<html" not in response.content.decode()
    return [entry.code for entry in response.context["warnings"]]


def test_nothing_is_wrong_with_what_the_page_suggests(operator: Visitor, application: Application):
    assert warned(operator, application) == []


def test_a_wrong_channel_number_is_told_at_once_and_then_in_the_report(
    operator: Visitor, application: Application
):
    assert warned(operator, application, sender="csms999999999") == ["E200018"]
    values = typed(operator, application, sender="csms999999999")
    answer = operator.post(page_of(application), values).context["answer"]
    assert answer.number_code == "000000"
    message = Message.objects.get()
    assert message.code == "E200018"
    report = operator.get(reverse("portal:test-report", args=[message.sms_msg_id]))
    assert "E200018" in report.content.decode()


def test_the_number_of_another_signature_is_told_at_once_and_in_the_answer(
    operator: Visitor, application: Application
):
    other = SignatureFactory(usable=True, application=application)
    catalogue.forget()
    number = other.channel_number
    assert warned(operator, application, sender=number) == ["E200029"]
    response = operator.post(page_of(application), typed(operator, application, sender=number))
    assert response.context["answer"].number_code == "E200029"
    assert "Use a template whose type and signature match" in response.content.decode()
    assert not Message.objects.exists()


def test_a_missing_channel_and_a_foreign_number_are_told_at_once(
    operator: Visitor, application: Application, road: Road
):
    road.channel.delete()
    catalogue.forget()
    assert warned(operator, application, to="+447911123456") == ["E200027", "E200024"]


def test_a_universal_template_asks_for_the_signature(operator: Visitor, application: Application):
    universal = TemplateFactory(adopted=True, universal=True, application=application)
    SignatureFactory(usable=True, application=application, type=MessageType.PROMOTION)
    catalogue.forget()
    chosen = operator.get(page_of(application), data={"template": str(universal.public_id)})
    form = chosen.context["form"]
    usable = Signature.objects.get(type=MessageType.NOTIFICATION)
    assert [name for name, _label in form.fields["signature"].choices] == ["", usable.name]
    values = {field.name: str(field.value() or "") for field in form} | {
        "template": str(universal.public_id),
        "to": NUMBER,
        "sender": "",
        "signature": usable.name,
    }
    response = operator.post(page_of(application), values)
    assert response.context["answer"].number_code == "000000"
    wrong = operator.post(preview_of(application), values | {"signature": "", "sender": "x"})
    assert [entry.code for entry in wrong.context["warnings"]] == ["E200018"]


def test_a_verification_code_has_at_most_six_characters(
    operator: Visitor, application: Application, road: Road
):
    template = road.of_type(MessageType.VERIFICATION)
    values = typed(operator, application, value_0="1234567", template=str(template.public_id))
    values["sender"] = template.signature.channel_number
    response = operator.post(page_of(application), values)
    assert response.status_code == 422
    assert "1 to 6 letters" in response.content.decode()


def test_the_allow_list_holds_for_the_visitor_too(operator: Visitor, application: Application):
    application.ip_allowlist = ["203.0.113.7"]
    application.save()
    assert "has an IP allow-list" in operator.get(page_of(application)).content.decode()
    values = typed(operator, application)
    refused = operator.post(page_of(application), values)
    answer = refused.context["answer"]
    assert (answer.http_status, answer.code, answer.sms_msg_id) == (403, "E000620", "")
    allowed = operator.post(page_of(application), values, REMOTE_ADDR="203.0.113.7")
    assert allowed.context["answer"].code == "000000"


def test_a_suspended_application_gets_its_documented_code(
    operator: Visitor, application: Application
):
    values = typed(operator, application)
    application.status = Application.Status.SUSPENDED
    application.save()
    response = operator.post(page_of(application), values)
    assert response.context["answer"].code == "E000103"
    assert "Ask the administrator" in response.content.decode()


def test_the_programs_follow_what_is_typed(operator: Visitor, application: Application):
    response = operator.post(
        preview_of(application),
        typed(operator, application, to="139 0013 9000", value_0='5" $x'),
    )
    programs = {one.language: one.text for one in response.context["programs"]}
    assert list(programs) == ["cURL", "Python", "Java", "Node", "Go", "PHP"]
    assert all("+8613900139000" in text for text in programs.values())
    assert f"""'templateParas={json.dumps(['5" $x'])}'""" in programs["cURL"]


def test_without_an_approved_template_it_says_what_to_do(operator: Visitor, customer, settings):
    settings.SMS_APPLICATION_QUOTA = 3
    bare = ApplicationFactory(customer=customer)
    page = operator.get(page_of(bare)).content.decode()
    assert "no approved template yet" in page
    assert operator.post(preview_of(bare)).status_code == 404


def test_the_page_costs_the_same_for_one_template_and_for_ten(
    operator: Visitor, application: Application, road: Road, django_assert_num_queries
):
    operator.get(page_of(application))
    with django_assert_num_queries(9) as first:
        operator.get(page_of(application))
    TemplateFactory.create_batch(
        9, adopted=True, application=application, signature=road.template.signature
    )
    with django_assert_num_queries(len(first.captured_queries)):
        page = operator.get(page_of(application)).content.decode()
    assert len(re.findall("<option", page)) == 10
