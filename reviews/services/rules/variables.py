"""Rules for the variables of a template (console.md §8.3, ruling 20)."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from common.variables import is_attribute
from reviews.models.kinds import MessageType
from reviews.services.rules.drafts import TemplateDraft
from reviews.services.rules.engine import Hit, Rule, Span
from reviews.services.rules.texts import matches

MOST_VARIABLES = 20
FREE_TEXT = frozenset({"TEXT", "NEWTEXT", "LONGTEXT"})
"""Attributes whose values may be anything, so that the applicant must say what they hold."""

_BROKEN_PLACEHOLDER = re.compile(r"\$\{(?![A-Za-z0-9_]+\})[^}]{0,20}\}?")
_NUMBERED = re.compile(r"[0-9]+")
_WORD = re.compile(r"\w")
_LEAD = r"(?:号码|号)?\s*(?:[:：为是]\s*)?\Z"
_CONTACT = re.compile(
    rf"(?:QQ|Q群|微信|公众号|邮箱|e-?mail|wechat|电话|手机|热线|致电|拨打|联系方式){_LEAD}",
    re.IGNORECASE,
)
_MEANING: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"(?:时间|日期|截止日|有效期至|将于|已于|请于){_LEAD}"), "DATETIME"),
    (re.compile(rf"(?:金额|余额|价格|单价|总价|合计|应付|实付){_LEAD}"), "MONEY"),
)


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
    for index, variable in enumerate(draft.variables):
        if draft.before(index)[-1:].isdigit() or draft.after(index)[:1].isdigit():
            yield Hit(variable.span)


def _wrong_attributes(draft: TemplateDraft) -> Iterator[Hit]:
    given = [attribute.get("name") for attribute in draft.attributes]
    if given != list(draft.compiled.names):
        yield Hit(params={"variables": len(draft.variables), "attributes": len(given)})


def _unknown_attribute(draft: TemplateDraft) -> Iterator[Hit]:
    for index, attribute in enumerate(draft.attributes):
        if not is_attribute(draft.attribute(index)):
            yield Hit(
                _span(draft, index),
                {
                    "variable": attribute.get("name", ""),
                    "attribute": attribute.get("attribute", ""),
                },
            )


def _no_description(draft: TemplateDraft) -> Iterator[Hit]:
    for index, attribute in enumerate(draft.attributes):
        if (
            draft.attribute(index) in FREE_TEXT
            and not str(attribute.get("description", "")).strip()
        ):
            # An interface that does not ask for a description cannot be refused for the lack of it.
            yield Hit(
                _span(draft, index),
                {"variable": attribute.get("name", "")},
                is_blocking="description" in attribute,
            )


def _misused(draft: TemplateDraft) -> Iterator[Hit]:
    for index, variable in enumerate(draft.variables):
        if draft.attribute(index) in FREE_TEXT:
            for cue, better in _MEANING:
                if cue.search(draft.before(index)):
                    yield Hit(variable.span, {"better": better})


def _contact(draft: TemplateDraft) -> Iterator[Hit]:
    for index, variable in enumerate(draft.variables):
        if _CONTACT.search(draft.before(index)) and draft.attribute(index) != "PHONE":
            yield Hit(variable.span)


def _phone(draft: TemplateDraft) -> Iterator[Hit]:
    for index, variable in enumerate(draft.variables):
        if draft.attribute(index) == "PHONE":
            yield Hit(variable.span)


def _span(draft: TemplateDraft, index: int) -> Span | None:
    return draft.variables[index].span if index < len(draft.variables) else None


_NOTIFICATION = frozenset({MessageType.NOTIFICATION.value})

VARIABLE_RULES: tuple[Rule[TemplateDraft], ...] = (
    Rule(
        "placeholder_form",
        matches(_BROKEN_PLACEHOLDER),
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
        _("“%(found)s” is part of a number."),
        _("Make the whole number a variable, or put words between."),
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
        "variable_description",
        _no_description,
        _("Nothing says what variable %(variable)s of the attribute TEXT holds."),
        _("Describe its values, and say why it must be longer if it must."),
        is_blocking=False,
        field="variable_attributes",
    ),
    Rule(
        "variable_misused",
        _misused,
        _("“%(found)s” is declared as free text although it looks like %(better)s."),
        _("Choose the attribute %(better)s, or make the words in front of it clearer."),
        is_blocking=False,
        field="variable_attributes",
    ),
    Rule(
        "variable_contact",
        _contact,
        _("“%(found)s” stands for contact data."),
        _("Write contact data as fixed text, or give a service number the attribute PHONE."),
    ),
    Rule(
        "variable_phone",
        _phone,
        _("“%(found)s” is a phone number that changes from message to message."),
        _("Notifications name fixed numbers; say in the description why this one must vary."),
        is_blocking=False,
        types=_NOTIFICATION,
    ),
)
