"""Bodies nobody should send: a documented code, never a 500, nothing stored."""

import json

import pytest

from tests.api.conftest import stored
from tests.api.shop import Answer, Shop, form

DEEP = 100_000


def document(shop: Shop, content: str = "", rest: str = "") -> bytes:
    """A good document as text, with something put into its content or behind it."""
    return (
        f'{{"from":"{shop.signature.channel_number}","smsContent":[{{"to":["+8613800138000"],'
        f'"templateId":"{shop.template.template_id}","templateParas":["A1001"]{content}}}]{rest}}}'
    ).encode("utf-8", "surrogatepass")


def is_refused(answer: Answer, code: str) -> bool:
    return answer.told == (400, code) and stored() == (0, 0, 0)


def test_the_document_the_others_differ_from(shop: Shop) -> None:
    assert shop.post_diff(document(shop)).code == "000000"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b'"text"',
        b"17",
        b"{",
        b'{"from":"csms1",}',
        b"{'from':'csms1'}",
        b"from=csms1&to=13800138000",
        b"\xff\xfe{\x00}\x00",
        '{"from":"签名"}'.encode("gb18030"),
        b'{"from":"\xed\xa0\x80"}',
        b'{"from":"a\x00b"}',
        b"[" * DEEP,
        b'{"a":' * DEEP,
        b"[" * DEEP + b"]" * DEEP,
        b'{"smsContent":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_json_object(shop: Shop, body: bytes) -> None:
    assert is_refused(shop.post_diff(body), "E000000")


@pytest.mark.parametrize(
    "contents",
    [
        "null",
        "[]",
        "{}",
        '""',
        "1",
        '"text"',
        '{"to":["13800138000"]}',
        "[null]",
        "[1]",
        '["13800138000"]',
        "[[]]",
        "[{}]",
        '[{"to":[]}]',
        '[{"to":null}]',
        '[{"to":"13800138000"}]',
        '[{"to":{"0":"13800138000"}}]',
        '[{"to":[13800138000]}]',
        '[{"to":[null]}]',
        '[{"to":[["13800138000"]]}]',
        '[{"to":["13800138000"]}]',
        '[{"to":["13800138000"],"templateId":""}]',
        '[{"to":["13800138000"],"templateId":null}]',
        '[{"to":["13800138000"],"templateId":7}]',
        '[{"to":["13800138000"],"templateId":"' + "a" * 33 + '"}]',
        '[{"to":["13800138000"],"templateId":"a","signature":7}]',
        '[{"to":["13800138000"],"templateId":"a","signature":"' + "a" * 33 + '"}]',
    ],
)
def test_sms_content_of_another_form(shop: Shop, contents: str) -> None:
    body = f'{{"from":"csms1","smsContent":{contents}}}'.encode()
    assert is_refused(shop.post_diff(body), "E000503")


def test_without_sms_content(shop: Shop) -> None:
    assert is_refused(shop.post_diff(b'{"from":"csms1"}'), "E000503")


@pytest.mark.parametrize(
    "rest",
    [
        ',"extend":7',
        ',"extend":["a"]',
        ',"extend":"a{b"',
        ',"extend":"' + "汉" * 43 + '"',
        ',"statusCallback":true',
        ',"statusCallback":"ftp://example.com/"',
        ',"from":7',
        ',"from":"' + "c" * 22 + '"',
        ',"from":{}',
    ],
)
def test_other_parameters_of_another_form(shop: Shop, rest: str) -> None:
    body = document(shop, rest=rest)
    if "from" in rest:
        body = body.replace(f'"from":"{shop.signature.channel_number}",'.encode(), b"")
    assert is_refused(shop.post_diff(body), "E000503")


@pytest.mark.parametrize("values", ['"A1001"', '"[\\"A1001\\"]"', '{"1":"A1001"}', "7", "true"])
def test_template_paras_that_are_no_array(shop: Shop, values: str) -> None:
    body = document(shop).replace(b'["A1001"]', values.encode())
    assert is_refused(shop.post_diff(body), "E000000")


@pytest.mark.parametrize(
    ("content", "rest"),
    [
        (',"to":["13800138001"]', ""),
        (',"templateParas":[]', ""),
        ("", ',"smsContent":[]'),
        ("", ',"from":"csms1"'),
        ("", ',"other":{"a":1,"a":1}'),
    ],
)
def test_names_that_are_given_twice(shop: Shop, content: str, rest: str) -> None:
    assert is_refused(shop.post_diff(document(shop, content, rest)), "E000503")


@pytest.mark.parametrize("character", ["\\u0000", "\\ud800", "\\udfff", "\\udc00\\ud800"])
@pytest.mark.parametrize("field", ["to", "templateId", "templateParas", "signature"])
def test_characters_that_are_none_in_a_content(shop: Shop, field: str, character: str) -> None:
    content = {"to": ["13800138000"], "templateId": "a", "templateParas": ["b"], "signature": "c"}
    value = content[field]
    content[field] = ["@"] if isinstance(value, list) else "@"
    body = json.dumps({"from": "csms1", "smsContent": [content]}).replace("@", character)
    assert is_refused(shop.post_diff(body.encode()), "E000503")


@pytest.mark.parametrize("character", ["\\u0000", "\\ud800"])
@pytest.mark.parametrize("name", ["from", "extend", "statusCallback"])
def test_characters_that_are_none_elsewhere(shop: Shop, name: str, character: str) -> None:
    body = {"from": "csms1", "smsContent": [shop.content()]} | {name: "https://example.com/@"}
    text = json.dumps(body).replace("https://example.com/@" if name == "from" else "@", character)
    assert is_refused(shop.post_diff(text.encode()), "E000503")


def test_a_pair_of_surrogates_is_a_character(shop: Shop) -> None:
    body = document(shop, rest=',"extend":"\\ud83d\\ude00"')
    assert shop.post_diff(body).code == "000000"


def test_a_byte_order_mark(shop: Shop) -> None:
    assert shop.post_diff(b"\xef\xbb\xbf" + document(shop)).code == "000000"


def test_deep_nesting_beside_what_is_read(shop: Shop) -> None:
    nested = "[" * 500 + "]" * 500
    assert shop.post_diff(document(shop, rest=f',"other":{nested}')).code == "000000"


def test_deep_nesting_in_a_large_content(shop: Shop) -> None:
    for depth in (300, 600, 900, 950, 980):
        nested = "[" * depth + "]" * depth
        padding = " " * 70_000
        answer = shop.post_diff(document(shop, f',"other":{nested}{padding}'))
        assert answer.code in ("000000", "E000000")


@pytest.mark.parametrize("name", ["to", "from", "templateId", "templateParas"])
def test_form_fields_that_are_given_twice(shop: Shop, name: str) -> None:
    fields = shop.fields()
    body = form(fields) + b"&" + form({name: fields[name]})
    assert is_refused(shop.post(body), "E000503")


@pytest.mark.parametrize(
    "body",
    [b"", b"&&&", b"to", b"=", b"\x00", b"{}", b"to=%00", b"a=1&" * 101],
)
def test_forms_that_say_nothing(shop: Shop, body: bytes) -> None:
    assert is_refused(shop.post(body), "E000503")


@pytest.mark.parametrize("extend", [b"\xff", b"%FF", b"%ED%A0%80", b"%C0%80", b"\xb6\xa9"])
def test_forms_that_are_not_utf_8(shop: Shop, extend: bytes) -> None:
    assert is_refused(shop.post(form(shop.fields()) + b"&extend=" + extend), "E000000")


def test_a_broken_percent_sign_stands_for_itself(shop: Shop) -> None:
    assert shop.post(form(shop.fields()) + b"&extend=100%").code == "000000"


def test_a_body_of_the_other_call(shop: Shop) -> None:
    assert shop.post_diff(form(shop.fields()), content_type="text/json").told == (400, "E000040")
    assert shop.post(document(shop), content_type="application/json").told == (400, "E000040")
