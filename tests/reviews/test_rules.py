"""Each rule with a text that breaks it, the place it names, and a like text that does not."""

import re
from pathlib import Path

import pytest

from common.errors import Refusal
from common.placeholders import CompiledText
from reviews.models.kinds import MessageType
from reviews.services.rules import refuse_blocking, signature_findings, template_findings
from reviews.services.rules.duplicates import NAMED
from reviews.services.rules.qualifications import BINDING_RULES, QUALIFICATION_RULES
from reviews.services.rules.signatures import SIGNATURE_RULES
from reviews.services.rules.templates import TEMPLATE_RULES
from reviews.services.rules.wording import shipped
from tests.factories import ApplicationFactory, SignatureFactory, TemplateFactory

CODE, NOTE, PROMO = MessageType.VERIFICATION, MessageType.NOTIFICATION, MessageType.PROMOTION
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "review-rules.md"
WHOLE = None

# rule, name, the piece that is named, a name that keeps the rule
SIGNATURES = [
    ("signature_length", "云", WHOLE, "云上"),
    ("signature_length", "云" * 17, WHOLE, "云" * 16),
    ("signature_charset", "【云上商城】", ["【", "】"], "云上商城"),
    ("signature_charset", "云上 商城", [" "], "云上ABC001"),
    ("signature_charset", "snow-24", ["-"], "snow24"),
    ("signature_charset", "云上★☆城", ["★☆"], "云上城"),
    ("signature_digits_only", "123456", ["123456"], "123456号"),
    ("signature_neutral", "温馨提示", ["温馨提示"], "云上提示"),
    ("signature_neutral", "会员通知01", ["会员通知01"], "会员云01"),
    ("signature_neutral", "SMS", ["SMS"], "SMScloud"),
    ("signature_topic", "万家棋牌", ["棋牌"], "万家棋社"),
    ("signature_topic", "星火教育", ["教育"], "星火"),
]

# rule, type, text, the pieces that are named, a text that keeps the rule
TEMPLATES = [
    ("template_empty", NOTE, " \n", WHOLE, "您好"),
    ("template_length", NOTE, "好" * 501, ["好"], "好" * 500),
    ("template_unprintable", NOTE, "您好\x00", ["\x00"], "您好\n再见"),
    ("template_unprintable", NOTE, "您\u200b好\ufeff", ["\u200b", "\ufeff"], "您好"),
    ("template_symbol", NOTE, "仅需¥5", ["¥"], "仅需5元"),
    ("template_symbol", NOTE, "A&B", ["&"], "A和B"),
    ("template_symbol", NOTE, "★好√※", ["★", "√", "※"], "好"),
    ("template_symbol", NOTE, "开心^_^", ["^_^"], "开心_"),
    ("template_bracket", NOTE, "【云上】您好", ["【", "】"], "（云上）您好"),
    ("template_bracket", NOTE, "[公告]您好", ["[", "]"], "公告：您好"),
    ("template_bracket", NOTE, "［公告］您好", ["［", "］"], "《公告》您好"),
    ("template_script", NOTE, "您好привет", ["привет"], "您好hello，“ＡＢ”100%"),
    ("template_script", NOTE, "您的訂單已送達", ["訂單", "達"], "您的订单已送达"),
    ("template_script", NOTE, "恭喜🎉🎉您", ["🎉🎉"], "恭喜您"),
    ("placeholder_form", NOTE, "订单${1已发货", ["${1已发货"], "订单${1}已发货"),
    ("placeholder_form", NOTE, "订单${}已发货", ["${}"], "订单${PHONE}已发货"),
    ("placeholder_form", NOTE, "订单${ 1 }已发货", ["${ 1 }"], "订单{1}已发货"),
    ("placeholder_name", NOTE, "订单${order}已发货", ["${order}"], "订单${NUM_6}已发货"),
    ("placeholder_name", NOTE, "订单${NUM_21}已发货", ["${NUM_21}"], "订单${TXT_20}已发货"),
    ("placeholder_name", NOTE, "已于${WHEN}发货", ["${WHEN}"], "已于${DATE}日，${TIME}发货"),
    (
        "variable_count",
        NOTE,
        "".join(f"第${{{n}}}项" for n in range(1, 22)),
        ["${21}"],
        "".join(f"第${{{n}}}项" for n in range(1, 21)),
    ),
    ("variable_order", NOTE, "从${2}到${1}", ["${2}", "${1}"], "从${1}到${2}"),
    ("variable_order", NOTE, "从${PHONE}到${1}", ["${1}"], "从${PHONE}到${2}"),
    ("variable_adjacent", NOTE, "您的${1}${2}已到", ["${1}${2}"], "您的${1}和${2}已到"),
    ("variable_adjacent", NOTE, "您的${1} ${2}已到", ["${1} ${2}"], "您的${1}，${2}已到"),
    ("variable_only", NOTE, "${1}，${2}。", WHOLE, "您好${1}，${2}。"),
    ("variable_partial", NOTE, "致电186${1}1234", ["${1}"], "工单${1}转1234"),
    ("variable_partial", NOTE, "编号１${1}", ["${1}"], "编号一${1}"),
    ("variable_contact", NOTE, "客服QQ：${1}欢迎您", ["${1}"], "客服编号：${1}欢迎您"),
    ("variable_contact", NOTE, "请拨打${1}咨询", ["${1}"], "请拨打${PHONE}咨询"),
    ("variable_contact", NOTE, "微信号为${1}", ["${1}"], "微信支付单号为${1}"),
    ("variable_phone", NOTE, "请拨打${PHONE}咨询", ["${PHONE}"], "请拨打95588咨询"),
    ("template_unclear", NOTE, "你好${1}，${2}", WHOLE, "您的包裹${1}已于今日到达"),
    ("link_variable", NOTE, "详见www.${1}.cn谢谢", ["${1}"], "详见www.shop.cn，编号${1}"),
    ("link_variable", NOTE, "详见https://a.cn/o/${1}", ["${1}"], "详见https://a.cn/o 订单${1}"),
    ("link_variable", NOTE, "官网${1}.com欢迎", ["${1}"], "官网${1}，欢迎"),
    ("link_variable", NOTE, "请点击${1}查看", ["${1}"], "请凭${1}查看"),
    ("link_variable", NOTE, "网址：${1}", ["${1}"], "地址：${1}"),
    ("link_short", NOTE, "详见 https://t.cn/A6x", ["https://t.cn/A6x"], "详见 https://at.cn/A6x"),
    ("link_short", NOTE, "详见dwz.cn/x。", ["dwz.cn/x"], "详见dwz.example.com/x。"),
    ("link_short", PROMO, "详见ｔ．ｃｎ／ｘ", ["ｔ．ｃｎ／ｘ"], "会员好，拒收请回复R"),
    ("link", NOTE, "详见 https://s.cn/a，谢谢", ["https://s.cn/a"], "详见官网"),
    ("link", NOTE, "详见www.s.cn.", ["www.s.cn"], "共1.5元"),
    ("link", NOTE, "详见shop.example.com/o?a=1，", ["shop.example.com/o?a=1"], "版本v1.2.3"),
    (
        "promotion_phone",
        PROMO,
        "致电13800138000",
        ["13800138000"],
        "会员电0755-28780808拒收请回复R",
    ),
    (
        "promotion_phone",
        PROMO,
        "致电138 0013-8000",
        ["138 0013-8000"],
        "会员电400-800-8000退订回R",
    ),
    ("promotion_phone", PROMO, "+8613800138000", ["+8613800138000"], "会员2000积分，拒收请回复R"),
    ("promotion_phone", PROMO, "客服电话：95588", ["95588"], "会员95588分，拒收请回复R"),
    ("promotion_phone", PROMO, "拨打800-810-8000", ["800-810-8000"], "会员满800减10，拒收请回复R"),
    ("phone_mobile", NOTE, "请致电13800138000", ["13800138000"], "请致电010-62780808"),
    ("verification_variable", CODE, "您的验证码已失效", WHOLE, "您的验证码为${1}"),
    ("verification_variable", CODE, "${1}您好，验证码${2}", WHOLE, "您好，验证码${1}"),
    ("verification_attribute", CODE, "验证码为${NUM_8}", ["${NUM_8}"], "验证码为${NUM_6}"),
    ("verification_attribute", CODE, "验证码为${TXT_6}", ["${TXT_6}"], "验证码为${CHARDIGIT}"),
    ("verification_keyword", CODE, "您的密码为${1}", WHOLE, "您的动态码为${1}"),
    ("verification_keyword", CODE, "您的验·证·码为${1}", WHOLE, "您的校 验 码为${1}"),
    (
        "verification_keyword_equivalent",
        CODE,
        "Your verification code is ${1}",
        ["verification code"],
        "验证码 (verification code) ${1}",
    ),
    ("promotion_variable", PROMO, "${1}会员，拒收请回复R", ["${1}"], "尊敬的会员，拒收请回复R"),
    ("promotion_opt_out", PROMO, "会员您好，全场八折", WHOLE, "会员您好，全场八折，拒收请回复R"),
    ("promotion_opt_out", PROMO, "会员您好，请回复", WHOLE, "会员您好，退订回 ｒ"),
    ("promotion_opt_out", PROMO, "会员，拒收请回复Red", WHOLE, "Reply R to unsubscribe, member"),
    ("promotion_membership", PROMO, "全场八折，拒收请回复R", WHOLE, "会员八折，拒收请回复R"),
    ("type_verification", NOTE, "您的验证码为${1}，请勿泄露", ["验证码"], "您的验证码已失效"),
    ("type_promotion", NOTE, "全场上新，退订回R", ["退订回R"], "退订已受理"),
    ("topic", NOTE, "可以 贷 款秒批", ["贷 款", "秒批"], "可以退款"),
    ("topic", CODE, "游戏登录，优惠不断，验证码${1}", ["优惠"], "游戏登录，验证码${1}"),
    ("topic", NOTE, "您的游戏已到账", ["游戏"], "您的商品已到账"),
    ("topic", PROMO, "会员装修，拒收请回复R", ["装修"], "会员优惠，拒收请回复R"),
]

# rule, attributes of “订单${1}已发货”, the piece that is named
ATTRIBUTES = [
    ("variable_attributes", [], WHOLE),
    ("variable_attributes", [{"name": "2", "attribute": "CHARDIGIT"}], WHOLE),
    ("variable_attributes", [{"name": "1", "attribute": "CHARDIGIT"}] * 2, WHOLE),
    ("variable_attribute", [{"name": "1", "attribute": "COLOUR"}], ["${1}"]),
    ("variable_attribute", [{"name": "1"}], ["${1}"]),
    ("variable_description", [{"name": "1", "attribute": "TEXT"}], ["${1}"]),
    ("variable_description", [{"name": "1", "attribute": "LONGTEXT"}], ["${1}"]),
]
ELSEWHERE = {
    "signature_taken",
    "template_length_filled",
    "template_signature_repeated",
    "template_twin",
    "variable_misused",
}
"""Rules with tests of their own, because they ask for more than a text."""


def ids(table):
    return [f"{row[0]}-{number}" for number, row in enumerate(table)]


def attributes_of(content):
    return [
        {"name": name, "attribute": "CHARDIGIT" if name.isdigit() else name}
        for name in CompiledText.parse(content).names
    ]


def broken_by(type, content, attributes=None, **options):
    given = attributes_of(content) if attributes is None else attributes
    return template_findings(type, content, given, wording=shipped(), **options)


def sign(name, type=NOTE, **options):
    return signature_findings(name, type, wording=shipped(), **options)


def pieces(found, rule, text):
    """What the findings of a rule name, or None when they concern the text as a whole."""
    spans = [finding.span for finding in found if finding.rule == rule]
    assert spans, f"{rule} was not found"
    return WHOLE if spans == [None] else [text[slice(*span)] for span in spans]


@pytest.mark.parametrize(("rule", "bad", "named", "good"), SIGNATURES, ids=ids(SIGNATURES))
def test_signature_rules(rule, bad, named, good):
    assert pieces(sign(bad), rule, bad) == named
    assert sign(good) == []


@pytest.mark.parametrize(("rule", "type", "bad", "named", "good"), TEMPLATES, ids=ids(TEMPLATES))
def test_template_rules(rule, type, bad, named, good):
    assert pieces(broken_by(type, bad), rule, bad) == named

    kept = broken_by(type, good)
    assert rule not in {finding.rule for finding in kept}
    assert [str(finding) for finding in kept if finding.is_blocking] == []


@pytest.mark.parametrize(("rule", "attributes", "named"), ATTRIBUTES, ids=ids(ATTRIBUTES))
def test_every_variable_has_one_known_attribute(rule, attributes, named):
    content = "订单${1}已发货"

    found = broken_by(NOTE, content, attributes)

    assert {(finding.rule, finding.field) for finding in found} == {(rule, "variable_attributes")}
    assert pieces(found, rule, content) == named
    assert broken_by(NOTE, content) == []


def test_every_rule_has_an_example():
    tested = {row[0] for table in (SIGNATURES, TEMPLATES, ATTRIBUTES) for row in table}

    names = [rule.name for rule in (*SIGNATURE_RULES, *TEMPLATE_RULES)]
    assert len(names) == len(set(names))
    assert set(names) == tested | ELSEWHERE


def test_every_rule_is_documented_as_it_is():
    line = r"^\| `(\w+)` \| ([\w ,]+) \| (blocks|note|by word) \|"
    rows = re.findall(line, DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    letters = {CODE.value: "V", NOTE.value: "N", PROMO.value: "P"}

    def types(rule):
        return ", ".join(each for value, each in letters.items() if value in rule.types)

    def effect(rule):
        by_word = ("topic", "signature_topic", "link_short")
        return "by word" if rule.name in by_word else "blocks" if rule.is_blocking else "note"

    assert rows == [
        (rule.name, "all" if rule.types is None else types(rule), effect(rule))
        for rule in (*SIGNATURE_RULES, *TEMPLATE_RULES, *QUALIFICATION_RULES, *BINDING_RULES)
    ]


def test_a_finding_names_what_was_found_where_and_what_to_do():
    (finding,) = broken_by(NOTE, "您好¥再见")

    assert finding.span == (2, 3)
    assert finding.message == "The text contains “¥”."
    assert finding.remedy.startswith("Delete this symbol")
    assert finding.is_blocking


def test_the_signature_counts_towards_the_length():
    content = "好" * 495

    assert broken_by(NOTE, content, signature_name="云上商") == []
    (finding,) = broken_by(NOTE, content, signature_name="云上商城")
    assert "501 characters" in finding.message
    assert finding.span == (494, 495)


def test_a_text_that_becomes_too_long_when_filled_is_noted():
    content = "好" * 470 + "${1}"

    (finding,) = broken_by(NOTE, content, signature_name="云上商城云上商城云上")
    assert (finding.rule, finding.is_blocking) == ("template_length_filled", False)
    assert "502 characters" in finding.message
    assert broken_by(NOTE, content, signature_name="云上商城云上商城") == []


@pytest.mark.parametrize(
    ("content", "blocks"),
    [
        ("（云上商城）您的订单已发货", [True]),
        ("您的订单已发货《云上商城》", [True]),
        ("云上商城的订单已发货", [False]),
        ("您的订单已发货", []),
    ],
)
def test_the_signature_is_not_repeated(content, blocks):
    found = broken_by(NOTE, content, signature_name="云上商城")

    assert [(each.rule, each.is_blocking) for each in found] == [
        ("template_signature_repeated", blocking) for blocking in blocks
    ]
    for finding in found:
        assert content[slice(*finding.span)] == "云上商城"


@pytest.mark.parametrize(
    ("content", "attribute", "better"),
    [
        ("包裹送达时间：${1}，请留意", "TEXT", "DATETIME"),
        ("您的账户余额为${1}元", "LONGTEXT", "MONEY"),
        ("您的账户余额为${1}元", "MONEY", None),
        ("包裹送达地点：${1}，请留意", "TEXT", None),
    ],
)
def test_free_text_is_for_what_has_no_attribute_of_its_own(content, attribute, better):
    given = [{"name": "1", "attribute": attribute, "description": "value"}]

    found = broken_by(NOTE, content, given)

    assert [finding.rule for finding in found] == (["variable_misused"] if better else [])
    if better:
        assert better in found[0].remedy
        assert content[slice(*found[0].span)] == "${1}"


def test_a_description_that_was_asked_for_must_be_given():
    content = "订单${1}已发货"

    def blocks(**entry):
        given = [{"name": "1", "attribute": "TEXT"} | entry]
        return [finding.is_blocking for finding in broken_by(NOTE, content, given)]

    assert blocks() == [False]
    assert blocks(description=" ") == [True]
    assert blocks(description="number of the parcel") == []


def test_a_percent_sign_is_only_a_percent_sign():
    assert broken_by(NOTE, "已完成100%，谢谢%s") == []


def test_notes_do_not_stop_anyone():
    refuse_blocking(broken_by(NOTE, "详见 https://shop.example.com/orders"))


def test_one_refusal_names_everything_that_blocks():
    with pytest.raises(Refusal) as refused:
        refuse_blocking(broken_by(NOTE, "仅需¥5，详见t.cn/x"))

    assert (refused.value.code, refused.value.field) == ("template_symbol", "content")
    assert "¥" in str(refused.value)
    assert "short link" in str(refused.value)
    assert "Open it" not in str(refused.value)  # a note for the reviewer


@pytest.mark.django_db
def test_a_name_and_type_are_taken_once():
    signature = SignatureFactory(name="云上商城")
    customer = signature.customer

    (finding,) = sign("云上商城", customer=customer)
    assert (finding.rule, finding.span) == ("signature_taken", (0, 4))
    assert sign("云上商城", customer=customer, signature=signature) == []
    assert sign("云上商城", PROMO, customer=customer) == []
    assert sign("云上商店", customer=customer) == []
    assert sign("云上商城", customer=SignatureFactory().customer) == []


@pytest.mark.django_db
def test_templates_of_the_same_text_are_named():
    application = ApplicationFactory()
    same = TemplateFactory.create_batch(NAMED + 1, application=application, content="您好，欢迎")

    def twins(content="您好，欢迎", type=NOTE, **options):
        return broken_by(type, content, application=application, **options)

    (finding,) = twins()
    assert (finding.rule, finding.is_blocking) == ("template_twin", False)
    assert all(template.name in finding.message for template in same[:NAMED])
    assert same[NAMED].name not in finding.message
    assert same[0].name not in twins(template=same[0])[0].message
    assert twins("您好，再见") == []
    assert "template_twin" not in {finding.rule for finding in twins(type=PROMO)}
    assert broken_by(NOTE, "您好，欢迎", application=ApplicationFactory()) == []
