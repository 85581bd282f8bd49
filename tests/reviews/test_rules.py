"""Each rule with a text that breaks it and a like one that does not."""

import pytest

from common.placeholders import CompiledText
from reviews.models.kinds import MessageType
from reviews.services.rules import refuse_blocking, signature_findings, template_findings
from reviews.services.rules.signatures import SIGNATURE_RULES
from reviews.services.rules.templates import TEMPLATE_RULES

CODE, NOTE, PROMO = MessageType.VERIFICATION, MessageType.NOTIFICATION, MessageType.PROMOTION

SIGNATURES = [
    ("signature_length", "云", "云上"),
    ("signature_length", "云" * 17, "云" * 16),
    ("signature_charset", "【云上商城】", "云上商城"),
    ("signature_charset", "云上 商城", "云上ABC001"),
    ("signature_charset", "shop-24", "shop24"),
    ("signature_digits_only", "123456", "123456号"),
]

TEMPLATES = [
    ("template_empty", NOTE, " \n", "您好"),
    ("template_length", NOTE, "好" * 501, "好" * 500),
    ("template_unprintable", NOTE, "您好\x00", "您好\n再见"),
    ("template_symbol", NOTE, "【云上】您好", "（云上）您好"),
    ("template_symbol", NOTE, "仅需¥5", "仅需5元"),
    ("template_symbol", NOTE, "A&B", "A和B"),
    ("template_symbol", NOTE, "开心^_^", "开心_"),
    ("template_symbol", NOTE, "[公告]您好", "公告：您好"),
    ("placeholder_form", NOTE, "订单${1已发货", "订单${1}已发货"),
    ("placeholder_form", NOTE, "订单${}已发货", "订单${PHONE}已发货"),
    ("placeholder_form", NOTE, "订单${ 1 }已发货", "订单{1}已发货"),
    ("placeholder_name", NOTE, "订单${order}已发货", "订单${NUM_6}已发货"),
    (
        "variable_count",
        NOTE,
        "".join(f"第${{{n}}}项" for n in range(1, 22)),
        "".join(f"第${{{n}}}项" for n in range(1, 21)),
    ),
    ("variable_order", NOTE, "从${2}到${1}", "从${1}到${2}"),
    ("variable_order", NOTE, "从${PHONE}到${1}", "从${PHONE}到${2}"),
    ("variable_adjacent", NOTE, "您的${1}${2}已到", "您的${1}和${2}已到"),
    ("variable_adjacent", NOTE, "您的${1} ${2}已到", "您的${1}，${2}已到"),
    ("variable_only", NOTE, "${1}，${2}。", "您好${1}，${2}。"),
    ("variable_partial", NOTE, "详见www.${1}.cn谢谢", "详见www.shop.cn，编号${1}"),
    ("variable_partial", NOTE, "详见https://a.cn/o/${1}", "详见https://a.cn/o 订单${1}"),
    ("variable_partial", NOTE, "致电186${1}1234", "致电${1}转1234"),
    ("variable_partial", NOTE, "官网${1}.com欢迎", "官网${1}，欢迎"),
    ("verification_variable", CODE, "您的验证码已失效", "您的验证码为${1}"),
    ("verification_variable", CODE, "${1}您好，验证码${2}", "您好，验证码${1}"),
    ("verification_keyword", CODE, "您的密码为${1}", "您的动态码为${1}"),
    ("promotion_variable", PROMO, "${1}先生您好，拒收请回复R", "会员您好，拒收请回复R"),
    ("promotion_opt_out", PROMO, "会员您好，全场八折", "会员您好，全场八折，拒收请回复R"),
    ("promotion_opt_out", PROMO, "会员您好，请回复", "会员您好，退订回R"),
    ("link", NOTE, "详见 https://shop.example.com/orders", "详见官网"),
]


def broken_by(type, content, **options):
    attributes = [
        {"name": name, "attribute": "CHARDIGIT"} for name in CompiledText.parse(content).names
    ]
    return template_findings(type, content, attributes, **options)


@pytest.mark.parametrize(("rule", "bad", "good"), SIGNATURES)
def test_signature_rules(rule, bad, good):
    assert rule in {finding.rule for finding in signature_findings(bad, NOTE)}
    assert signature_findings(good, NOTE) == []


@pytest.mark.parametrize(("rule", "type", "bad", "good"), TEMPLATES)
def test_template_rules(rule, type, bad, good):
    assert rule in {finding.rule for finding in broken_by(type, bad)}
    assert not [finding for finding in broken_by(type, good) if finding.is_blocking]
    assert rule not in {finding.rule for finding in broken_by(type, good)}


@pytest.mark.parametrize(
    ("rule", "attributes"),
    [
        ("variable_attributes", []),
        ("variable_attributes", [{"name": "2", "attribute": "TEXT"}]),
        ("variable_attributes", [{"name": "1", "attribute": "TEXT"}] * 2),
        ("variable_attribute", [{"name": "1", "attribute": "COLOUR"}]),
        ("variable_attribute", [{"name": "1"}]),
    ],
)
def test_every_variable_has_one_known_attribute(rule, attributes):
    findings = template_findings(NOTE, "订单${1}已发货", attributes)

    assert [(finding.rule, finding.field) for finding in findings] == [
        (rule, "variable_attributes")
    ]


def test_every_rule_has_an_example():
    tested = {rule for rule, *_ in SIGNATURES} | {rule for rule, *_ in TEMPLATES}
    tested |= {"variable_attributes", "variable_attribute"}

    assert {rule.name for rule in (*SIGNATURE_RULES, *TEMPLATE_RULES)} == tested


def test_a_finding_names_what_was_found_where_and_what_to_do():
    (finding,) = broken_by(NOTE, "您好★再见")

    assert finding.span == (2, 3)
    assert finding.message == "The text contains “★”."
    assert finding.remedy.startswith("Delete this symbol")


def test_spans_point_at_the_placeholder_itself():
    content = "从${2}到${3}"

    findings = broken_by(NOTE, content)

    assert [content[slice(*finding.span)] for finding in findings] == ["${2}", "${3}"]


def test_the_signature_counts_towards_the_length():
    content = "好" * 495

    assert broken_by(NOTE, content, signature_name="云上商") == []
    (finding,) = broken_by(NOTE, content, signature_name="云上商城")
    assert "501 characters" in finding.message
    assert finding.span == (494, 495)


def test_a_percent_sign_is_only_a_percent_sign():
    assert broken_by(NOTE, "已完成100%，谢谢%s") == []


def test_notes_do_not_stop_anyone():
    refuse_blocking(broken_by(NOTE, "详见 https://shop.example.com/orders"))
