"""The other parameters of batchSendSms, one by one."""

import json

import pytest

from messaging.models import CallbackTarget, Message, SendRequest
from tests.api.conftest import stored
from tests.api.shop import Shop, form, open_shop
from tests.factories import ApplicationFactory, TemplateFactory

URL = "https://sms.example.com/report"


@pytest.mark.parametrize("name", ["to", "templateId", "from"])
@pytest.mark.parametrize("is_sent", [True, False])
def test_a_required_parameter_is_missing(shop: Shop, name: str, is_sent: bool) -> None:
    fields = shop.fields() | {name: ""}
    if not is_sent:
        del fields[name]
    answer = shop.post(form(fields))
    assert answer.told == (400, "E000503")
    assert name in answer.body["description"]
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("from", "c" * 22),
        ("templateId", "a" * 33),
        ("extend", "x" * 129),
        ("extend", "汉" * 43),
        ("extend", "order{77"),
        ("extend", "order}77"),
        ("signature", "签" * 33),
        ("statusCallback", "https://sms.example.com/" + "r" * 255),
        ("statusCallback", "ftp://sms.example.com/report"),
        ("statusCallback", "sms.example.com/report"),
        ("statusCallback", "https://"),
        ("statusCallback", "https://user:secret@sms.example.com/"),
        ("statusCallback", "javascript:alert(1)"),
        ("statusCallback", "https://sms.example.com:99999/"),
    ],
)
def test_a_parameter_breaks_its_rule(shop: Shop, name: str, value: str) -> None:
    answer = shop.post(form(shop.fields() | {name: value}))
    assert answer.told == (400, "E000503")
    assert name in answer.body["description"]
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize(
    "name",
    ["from", "to", "templateId", "templateParas", "statusCallback", "extend", "signature"],
)
def test_a_nul_byte(shop: Shop, name: str) -> None:
    value = shop.fields().get(name, "x")
    answer = shop.post(form(shop.fields() | {name: value + "\x00"}))
    assert answer.told == (400, "E000503")
    assert stored() == (0, 0, 0)


def test_descriptions_are_english_whatever_the_client_prefers(shop: Shop) -> None:
    headers = shop.wsse() | {"Accept-Language": "zh-CN"}
    answer = shop.post(form(shop.fields(statusCallback="ftp://x")), headers=headers)
    assert answer.body["description"].isascii() or "“" in answer.body["description"]
    assert "http" in answer.body["description"]
    assert not any("\u4e00" <= one <= "\u9fff" for one in answer.body["description"])


def test_empty_optional_parameters_are_absent(shop: Shop) -> None:
    assert shop.send(statusCallback="", signature="", extend="").code == "000000"
    request = SendRequest.objects.get()
    assert (request.target, request.extend) == (None, "")


def test_unknown_parameters_are_ignored(shop: Shop) -> None:
    assert shop.send(campaign="spring").code == "000000"


@pytest.mark.parametrize("extend", ["x" * 128, "汉" * 42, "订单 77/€"])
def test_extend_as_long_as_allowed(shop: Shop, extend: str) -> None:
    assert shop.send(extend=extend).code == "000000"
    assert SendRequest.objects.get().extend == extend


def test_status_callbacks_share_a_row_per_address(shop: Shop) -> None:
    for _ in range(2):
        assert shop.send(statusCallback=URL).code == "000000"
    target = CallbackTarget.objects.get()
    assert (target.url, target.customer) == (URL, shop.application.customer)
    assert {request.target for request in SendRequest.objects.all()} == {target}


@pytest.mark.parametrize("template_id", ["0" * 32, "x", "模板"])
def test_an_unknown_template(shop: Shop, template_id: str) -> None:
    answer = shop.send(templateId=template_id, to="13800138000,13800138001")
    assert (answer.status, answer.code) == (200, "E000510")
    assert answer.statuses == ["E200030", "E200030"]
    assert stored() == (0, 0, 0)


def test_a_template_that_is_not_approved(shop: Shop) -> None:
    waiting = TemplateFactory(application=shop.application, template_id="f" * 32)
    assert shop.send(templateId=waiting.template_id).statuses == ["E200030"]


def test_a_template_of_another_application_of_the_customer(shop: Shop) -> None:
    sister = ApplicationFactory(customer=shop.application.customer)
    other = open_shop(application=sister)
    assert shop.send(templateId=other.template.template_id).statuses == ["E200030"]
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize(
    "values",
    [
        "A1001",
        "{}",
        '{"1":"A1001"}',
        '"A1001"',
        "[A1001]",
        "['A1001']",
        '["A1001"',
        "[01]",
        "null",
        "[" * 100_000,
        '["\\ud800',
    ],
)
def test_template_paras_that_are_no_json_array(shop: Shop, values: str) -> None:
    answer = shop.send(templateParas=values)
    assert answer.status == 400
    assert answer.code in ("E000000", "E000503")
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize(
    "values",
    [
        "",
        "[]",
        '["A1001","A1002"]',
        '[""]',
        "[null]",
        "[true]",
        "[1.5]",
        '[["A1001"]]',
        '[{"1":"A1001"}]',
        '["A 1001"]',
        '["12345678901234567890x"]',
        '["13800138000"]',
        '["订单"]',
    ],
)
def test_variables_that_do_not_fit_the_template(shop: Shop, values: str) -> None:
    answer = shop.send(templateParas=values)
    assert (answer.status, answer.code) == (200, "E000510")
    assert answer.statuses == ["E200028"]
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize("smuggled", ["\\u0000", "\\ud800", "\\udc00\\ud800"])
def test_characters_that_are_none_in_a_variable(db: None, smuggled: str) -> None:
    shop = open_shop(content="尊敬的${1}，您好。", variable_attributes=[
        {"name": "1", "attribute": "TEXT"}
    ])  # fmt: skip
    answer = shop.send(templateParas=f'["a{smuggled}"]')
    assert answer.told == (400, "E000503")
    assert stored() == (0, 0, 0)


def test_values_for_a_template_without_variables(db: None) -> None:
    shop = open_shop(content="您的包裹已送达。")
    assert shop.send(templateParas='["A1001"]').statuses == ["E200028"]
    assert shop.send(templateParas="").code == "000000"
    assert shop.send(templateParas="[]").code == "000000"
    assert shop.send(templateParas=" ").code == "000000"


def test_a_quoted_value_keeps_its_leading_zeros(shop: Shop) -> None:
    assert shop.send(templateParas='["012345"]').code == "000000"
    assert SendRequest.objects.get().variables == ["012345"]


def test_an_unquoted_number_is_taken_as_it_is_written(shop: Shop) -> None:
    assert shop.send(templateParas="[12345]").code == "000000"
    assert SendRequest.objects.get().variables == ["12345"]


def test_values_written_with_escapes(shop: Shop) -> None:
    assert shop.send(templateParas=json.dumps(["A_1"]) + "\n").code == "000000"


@pytest.mark.parametrize(("value", "code"), [("369751", "000000"), ("3697510", "E000510")])
def test_a_verification_code_has_at_most_six_characters(db: None, value: str, code: str) -> None:
    shop = open_shop(type="VERIFY_CODE_TYPE", content="您的验证码是${1}，请勿告诉他人。")
    assert shop.send(templateParas=f'["{value}"]').code == code


def test_long_texts_tell_their_parts(db: None) -> None:
    shop = open_shop(content="您的包裹" + "已" * 130 + "送达。")
    answer = shop.send(templateParas="")
    assert answer.body["result"][0]["total"] == 3
    message = Message.objects.get()
    assert (message.parts, message.parts_open) == (3, 3)


@pytest.mark.parametrize(("length", "total"), [(70, 1), (71, 2), (134, 2), (135, 3)])
def test_the_signature_and_its_brackets_count(db: None, length: int, total: int) -> None:
    shop = open_shop(content="字")
    shop.template.version.content = "字" * (length - len(shop.signature.name) - 2)
    shop.template.version.save()
    assert shop.send(templateParas="").body["result"][0]["total"] == total


def test_the_values_count(db: None) -> None:
    shop = open_shop(content="${1}" + "字" * 55)
    room = 70 - 55 - len(shop.signature.name) - 2
    assert shop.send(templateParas=f'["{"a" * room}"]').body["result"][0]["total"] == 1
    assert shop.send(templateParas=f'["{"a" * (room + 1)}"]').body["result"][0]["total"] == 2
