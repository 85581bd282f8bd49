"""Rules for template texts (console.md §8.2 and §8.3, ruling 20)."""

import re
from collections.abc import Callable, Iterator

from django.utils.translation import gettext_lazy as _

from common.text import count_characters, signed
from common.variables import is_attribute
from reviews.models.kinds import MessageType
from reviews.services.rules.drafts import TemplateDraft
from reviews.services.rules.engine import Hit, Rule

LONGEST = 500
"""Characters of a template with its signature."""

MOST_VARIABLES = 20
CODE_WORDS = ("验证码", "注册码", "校验码", "动态码")
OPT_OUT = "拒收请回复R"

_Hits = Callable[[TemplateDraft], Iterator[Hit]]

_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")
_SYMBOL = re.compile(r"[【】¥￥★&√※\[\]]|\^_\^")
_BROKEN_PLACEHOLDER = re.compile(r"\$\{(?![A-Za-z0-9_]+\})[^}]{0,20}\}?")
_NUMBERED = re.compile(r"[0-9]+")
_WORD = re.compile(r"\w")
_LINK_BEFORE = re.compile(r"(?:https?://|www\.)[A-Za-z0-9._~:/?#@!$'()*+,;=%-]*\Z", re.IGNORECASE)
_LINK_AFTER = re.compile(
    r"[A-Za-z0-9-]*\.(?:cn|com|net|org|top|vip|info|io|cc|me)(?![A-Za-z0-9])", re.IGNORECASE
)
_LINK = re.compile(r"(?:https?://|www\.)[A-Za-z0-9._~:/?#@!'()*+,;=%-]+", re.IGNORECASE)
_OPT_OUT = re.compile(r"(?:拒收|退订)请?回复?[ ]?[RrＲ]")


def _matches(pattern: re.Pattern[str]) -> _Hits:
    def hits(draft: TemplateDraft) -> Iterator[Hit]:
        for match in pattern.finditer(draft.content):
            yield Hit(match.span())

    return hits


def _empty(draft: TemplateDraft) -> Iterator[Hit]:
    if not draft.content.strip():
        yield Hit()


def _too_long(draft: TemplateDraft) -> Iterator[Hit]:
    name = draft.signature_name
    length = count_characters(signed(name, draft.content) if name else draft.content)
    if length > LONGEST:
        span = (max(0, len(draft.content) - (length - LONGEST)), len(draft.content))
        yield Hit(span, {"length": length, "longest": LONGEST, "over": length - LONGEST})


def _unknown_name(draft: TemplateDraft) -> Iterator[Hit]:
    for variable in draft.variables:
        if not _NUMBERED.fullmatch(variable.name) and not is_attribute(variable.name):
            yield Hit(variable.span)


def _too_many(draft: TemplateDraft) -> Iterator[Hit]:
    if len(draft.variables) > MOST_VARIABLES:
        params = {"count": len(draft.variables), "most": MOST_VARIABLES}
        yield Hit(draft.variables[MOST_VARIABLES].span, params)


def _out_of_order(draft: TemplateDraft) -> Iterator[Hit]:
    for position, variable in enumerate(draft.variables, start=1):
        if _NUMBERED.fullmatch(variable.name) and variable.name != str(position):
            yield Hit(variable.span, {"position": position})


def _adjacent(draft: TemplateDraft) -> Iterator[Hit]:
    inner = draft.compiled.segments[1:-1]
    for segment, left, right in zip(inner, draft.variables, draft.variables[1:], strict=False):
        if not segment.strip():
            yield Hit((left.span[0], right.span[1]))


def _only_variables(draft: TemplateDraft) -> Iterator[Hit]:
    if draft.variables and not _WORD.search(draft.fixed_text):
        yield Hit()


def _partial(draft: TemplateDraft) -> Iterator[Hit]:
    segments = draft.compiled.segments
    for index, variable in enumerate(draft.variables):
        before, after = segments[index], segments[index + 1]
        in_number = before[-1:].isdigit() or after[:1].isdigit()
        if in_number or _LINK_BEFORE.search(before) or _LINK_AFTER.match(after):
            yield Hit(variable.span)


def _wrong_attributes(draft: TemplateDraft) -> Iterator[Hit]:
    given = [attribute.get("name") for attribute in draft.attributes]
    if given != list(draft.compiled.names):
        yield Hit(params={"variables": len(draft.variables), "attributes": len(given)})


def _unknown_attribute(draft: TemplateDraft) -> Iterator[Hit]:
    for attribute in draft.attributes:
        if not is_attribute(str(attribute.get("attribute", ""))):
            yield Hit(
                params={
                    "variable": attribute.get("name", ""),
                    "attribute": attribute.get("attribute", ""),
                }
            )


def _not_one_variable(draft: TemplateDraft) -> Iterator[Hit]:
    if len(draft.variables) != 1:
        yield Hit(params={"count": len(draft.variables)})


def _no_code_word(draft: TemplateDraft) -> Iterator[Hit]:
    if not any(word in draft.fixed_text for word in CODE_WORDS):
        yield Hit(params={"words": "、".join(CODE_WORDS)})


def _any_variable(draft: TemplateDraft) -> Iterator[Hit]:
    for variable in draft.variables:
        yield Hit(variable.span)


def _no_opt_out(draft: TemplateDraft) -> Iterator[Hit]:
    if not _OPT_OUT.search(draft.content):
        yield Hit(params={"opt_out": OPT_OUT})


_VERIFICATION = frozenset({MessageType.VERIFICATION.value})
_PROMOTION = frozenset({MessageType.PROMOTION.value})

TEMPLATE_RULES: tuple[Rule[TemplateDraft], ...] = (
    Rule(
        "template_empty",
        _empty,
        _("The template has no text."),
        _("Write what the recipient shall read."),
    ),
    Rule(
        "template_length",
        _too_long,
        _("The template has %(length)s characters with its signature."),
        _("At most %(longest)s are possible: shorten it by %(over)s."),
    ),
    Rule(
        "template_unprintable",
        _matches(_UNPRINTABLE),
        _("The text contains a character that cannot be shown."),
        _("Delete it; a line break is the only control character allowed."),
    ),
    Rule(
        "template_symbol",
        _matches(_SYMBOL),
        _("The text contains “%(found)s”."),
        _("Delete this symbol; the platform adds the signature and its brackets."),
    ),
    Rule(
        "placeholder_form",
        _matches(_BROKEN_PLACEHOLDER),
        _("“%(found)s” is no complete variable."),
        _("Write variables as ${1}, ${2} and so on."),
    ),
    Rule(
        "placeholder_name",
        _unknown_name,
        _("“%(found)s” is no variable the platform knows."),
        _("Write ${1}, ${2} and so on, or an attribute such as ${PHONE}."),
    ),
    Rule(
        "variable_count",
        _too_many,
        _("The text has %(count)s variables."),
        _("At most %(most)s are possible."),
    ),
    Rule(
        "variable_order",
        _out_of_order,
        _("“%(found)s” is variable number %(position)s of the text."),
        _("Number the variables in order of appearance: here ${%(position)s}."),
    ),
    Rule(
        "variable_adjacent",
        _adjacent,
        _("No fixed text stands between the variables of “%(found)s”."),
        _("Put words between any two variables."),
    ),
    Rule(
        "variable_only",
        _only_variables,
        _("The text consists of variables only."),
        _("Write as much fixed text as possible, so that the purpose can be recognised."),
    ),
    Rule(
        "variable_partial",
        _partial,
        _("“%(found)s” is part of a link or of a number."),
        _("Make the whole number a variable; write links as fixed text."),
    ),
    Rule(
        "variable_attributes",
        _wrong_attributes,
        _("The text has %(variables)s variables, the list of attributes %(attributes)s."),
        _("Give each variable one attribute, in order of appearance."),
        field="variable_attributes",
    ),
    Rule(
        "variable_attribute",
        _unknown_attribute,
        _("The attribute “%(attribute)s” of variable %(variable)s is not known."),
        _("Use PHONE, CHARDIGIT, DATETIME, MONEY or TEXT."),
        field="variable_attributes",
    ),
    Rule(
        "verification_variable",
        _not_one_variable,
        _("A verification code template has exactly one variable; this one has %(count)s."),
        _("Make everything but the code fixed text."),
        types=_VERIFICATION,
    ),
    Rule(
        "verification_keyword",
        _no_code_word,
        _("The text does not say that it carries a code."),
        _("Use one of %(words)s."),
        types=_VERIFICATION,
    ),
    Rule(
        "promotion_variable",
        _any_variable,
        _("“%(found)s”: a promotion has no variables."),
        _("Write fixed text instead."),
        types=_PROMOTION,
    ),
    Rule(
        "promotion_opt_out",
        _no_opt_out,
        _("The text does not say how to unsubscribe."),
        _("End it with “%(opt_out)s”."),
        types=_PROMOTION,
    ),
    Rule(
        "link",
        _matches(_LINK),
        _("The text contains the link %(found)s."),
        _("Open it: it must lead straight to the customer's own business."),
        is_blocking=False,
    ),
)
