"""Rules for one message type, and the words that tell what a text is about (console.md §8.2)."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from reviews.models.kinds import MessageType
from reviews.services.rules.drafts import TemplateDraft
from reviews.services.rules.engine import Hit, Rule
from reviews.services.rules.wording import FoundWord, Kind

_CODE_ATTRIBUTE = re.compile(r"CHARDIGIT|NUM_([0-9]+)")
_VERIFICATION = frozenset({MessageType.VERIFICATION.value})
_NOTIFICATION = frozenset({MessageType.NOTIFICATION.value})
_PROMOTION = frozenset({MessageType.PROMOTION.value})


def _not_one_variable(draft: TemplateDraft) -> Iterator[Hit]:
    if len(draft.variables) != 1:
        yield Hit(params={"count": len(draft.variables)})


def _no_code(draft: TemplateDraft) -> Iterator[Hit]:
    longest = settings.SMS_CODE_LENGTH
    for index, variable in enumerate(draft.variables):
        attribute = draft.attribute(index)
        fits = _CODE_ATTRIBUTE.fullmatch(attribute)
        if attribute and (not fits or int(fits[1] or 0) > longest):
            yield Hit(variable.span, {"attribute": attribute, "longest": longest})


def _no_code_word(draft: TemplateDraft) -> Iterator[Hit]:
    words = draft.wording.texts(Kind.CODE_KEYWORD, type=draft.type)
    if words and not _mentions(draft, Kind.CODE_KEYWORD, Kind.CODE_KEYWORD_EQUIVALENT):
        yield Hit(params={"words": "、".join(words)})


def _only_equivalent(draft: TemplateDraft) -> Iterator[Hit]:
    if not _mentions(draft, Kind.CODE_KEYWORD):
        words = "、".join(draft.wording.texts(Kind.CODE_KEYWORD, type=draft.type))
        for found in _found(draft, Kind.CODE_KEYWORD_EQUIVALENT):
            yield Hit(found.span, {"words": words})


def _any_variable(draft: TemplateDraft) -> Iterator[Hit]:
    for variable in draft.variables:
        yield Hit(variable.span)


def _no_opt_out(draft: TemplateDraft) -> Iterator[Hit]:
    wordings = draft.wording.texts(Kind.OPT_OUT, type=draft.type)
    if wordings and not _mentions(draft, Kind.OPT_OUT):
        yield Hit(params={"opt_out": wordings[0]})


def _no_membership(draft: TemplateDraft) -> Iterator[Hit]:
    words = draft.wording.texts(Kind.MEMBERSHIP, type=draft.type)
    if words and not _mentions(draft, Kind.MEMBERSHIP):
        yield Hit(params={"words": "、".join(words[:3])})


def _looks_like_a_code(draft: TemplateDraft) -> Iterator[Hit]:
    if len(draft.variables) == 1:
        for found in draft.wording.find(
            Kind.CODE_KEYWORD, draft.plain, type=MessageType.VERIFICATION
        ):
            yield Hit(found.span)


def _looks_like_a_promotion(draft: TemplateDraft) -> Iterator[Hit]:
    for found in draft.wording.find(Kind.OPT_OUT, draft.plain, type=MessageType.PROMOTION):
        yield Hit(found.span)


def _topic(draft: TemplateDraft) -> Iterator[Hit]:
    for found in _found(draft, Kind.FORBIDDEN_TOPIC):
        yield Hit(found.span, {"topic": found.explanation}, is_blocking=found.word.is_blocking)


def _found(draft: TemplateDraft, kind: str) -> list[FoundWord]:
    return draft.wording.find(kind, draft.plain, type=draft.type)


def _mentions(draft: TemplateDraft, *kinds: str) -> bool:
    return any(_found(draft, kind) for kind in kinds)


TYPE_RULES: tuple[Rule[TemplateDraft], ...] = (
    Rule(
        "verification_variable",
        _not_one_variable,
        _("A verification code template has exactly one variable; this one has %(count)s."),
        _("Make everything but the code fixed text."),
        types=_VERIFICATION,
    ),
    Rule(
        "verification_attribute",
        _no_code,
        _("“%(found)s” has the attribute %(attribute)s, which is no code."),
        _("Use CHARDIGIT, or NUM_1 to NUM_%(longest)s: a code has at most %(longest)s characters."),
        types=_VERIFICATION,
        field="variable_attributes",
    ),
    Rule(
        "verification_keyword",
        _no_code_word,
        _("The text does not say that it carries a code."),
        _("Use one of %(words)s."),
        types=_VERIFICATION,
    ),
    Rule(
        "verification_keyword_equivalent",
        _only_equivalent,
        _("Only “%(found)s” says that the text carries a code."),
        _("Carriers look for one of %(words)s: use one of them if you can."),
        is_blocking=False,
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
        "promotion_membership",
        _no_membership,
        _("The text does not show that it goes to people who subscribed."),
        _("State the membership in the text, for example with %(words)s."),
        is_blocking=False,
        types=_PROMOTION,
    ),
    Rule(
        "type_verification",
        _looks_like_a_code,
        _("“%(found)s” belongs to a verification code."),
        _("If the variable is a code, apply for a template of the type verification code."),
        is_blocking=False,
        types=_NOTIFICATION,
    ),
    Rule(
        "type_promotion",
        _looks_like_a_promotion,
        _("“%(found)s” belongs to a promotion."),
        _("If the text advertises something, apply for a template of the type promotion."),
        is_blocking=False,
        types=_VERIFICATION | _NOTIFICATION,
    ),
    Rule(
        "topic",
        _topic,
        _("“%(found)s” may stand for a topic that is not allowed: %(topic)s."),
        _("Leave it out, or explain in the application description why your business needs it."),
        is_blocking=False,
    ),
)
