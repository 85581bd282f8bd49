"""The columns of the spreadsheet, and what may stand in them, in every language of the product."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from reviews.models.kinds import MessageType

if TYPE_CHECKING:
    from common.errors import Sentence

GENERAL: "Sentence" = _("General")
"""Stands in the column of the signature for a universal template."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the code, its heading, and what the explanations say about it."""

    key: str
    heading: "Sentence"
    explanation: "Sentence"
    width: int
    is_required: bool = True


COLUMNS = (
    Column("type", _("Template type"), _("Verification code, Notification or Promotion."), 20),
    Column(
        "signature",
        _("Signature"),
        _(
            "A signature of this application and type, without brackets; or General for a "
            "template that every signature of its type may use."
        ),
        20,
    ),
    Column(
        "name", _("Template name"), _("1 to 64 characters; only you and the reviewers see it."), 24
    ),
    Column(
        "content",
        _("Template content"),
        _(
            "At most 500 characters with the signature, variables as ${1}, ${2} and so on. "
            "A verification code has exactly one variable, a promotion none, and a promotion says "
            "how to unsubscribe."
        ),
        60,
    ),
    Column(
        "variable_attributes",
        _("Variable attributes"),
        _(
            "One for each variable, in order, with semicolons between: CHARDIGIT (codes, order "
            "numbers), TEXT (names, accounts, addresses), DATETIME, MONEY or PHONE. Say what a "
            "TEXT holds behind a colon: CHARDIGIT; TEXT: name of the recipient"
        ),
        36,
        is_required=False,
    ),
    Column(
        "description",
        _("Application description"),
        _("Recommended, at most 300 characters: who gets the message, when, and an example."),
        36,
        is_required=False,
    ),
)

ATTRIBUTES: "Mapping[str, Sentence]" = {
    "PHONE": _("Phone number"),
    "CHARDIGIT": _("Other number"),
    "DATETIME": _("Date/time"),
    "MONEY": _("Amount"),
    "TEXT": _("Other"),
}
"""What the console calls the attributes (console.md §8.3)."""


@dataclass(frozen=True, slots=True)
class Example:
    """A row of the sample; a row that still says the same is no application."""

    type: MessageType
    name: str
    content: str
    variable_attributes: str
    description: str


EXAMPLES = (
    Example(
        MessageType.VERIFICATION,
        "登录验证码",
        "您的验证码为${1}，5分钟内有效，请勿告诉他人。",
        "CHARDIGIT",
        "用户登录时发送",
    ),
    Example(
        MessageType.NOTIFICATION,
        "发货通知",
        "${1}您好，您的订单${2}已发货，请留意查收。",
        "TEXT: 收件人姓名; CHARDIGIT",
        "商品发货后发送，例：李女士您好，您的订单A1234已发货，请留意查收。",
    ),
    Example(
        MessageType.PROMOTION,
        "会员活动",
        "尊敬的会员，本周末全场商品八折，欢迎到店。拒收请回复R",
        "",
        "只发给已订阅的会员",
    ),
)


def column_named(heading: str) -> str | None:
    """Return the key of the column with this heading in any language; None for another one."""
    return _headings().get(_plain(heading))


def type_named(text: str) -> MessageType | None:
    """Return the message type of a name in any language, or of the value the API uses."""
    return _types().get(_plain(text))


def attribute_named(text: str) -> str:
    """Return the attribute the console calls so in any language; else the text in capitals."""
    return _attributes().get(_plain(text), text.strip().upper())


def means_general(text: str) -> bool:
    return _plain(text) in _spellings(GENERAL)


@cache
def _headings() -> dict[str, str]:
    return {
        spelling: column.key
        for column in COLUMNS
        for spelling in (*_spellings(column.heading), column.key)
    }


@cache
def _types() -> dict[str, MessageType]:
    return {
        spelling: type
        for type in MessageType
        for spelling in (*_spellings(type.label), _plain(type.value))
    }


@cache
def _attributes() -> dict[str, str]:
    return {
        spelling: attribute
        for attribute, label in ATTRIBUTES.items()
        for spelling in _spellings(label)
    }


def _spellings(text: "Sentence") -> frozenset[str]:
    """A text as each language of the product writes it."""
    spellings = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            spellings.add(_plain(str(text)))
    return frozenset(spellings)


def _plain(text: str) -> str:
    return text.strip().rstrip("*").strip().casefold()
