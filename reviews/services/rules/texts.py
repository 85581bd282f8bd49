"""Rules for the form of a template text (console.md §8.2)."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from common.text import count_characters, signed
from reviews.services.rules.drafts import TemplateDraft
from reviews.services.rules.engine import Hit, Rule
from reviews.services.rules.figures import largest_figures

LONGEST = 500
"""Characters of a template with its signature."""

LEAST_WORDS = 4
"""Letters of fixed text below which nobody can tell what a template with variables is for."""

_UNPRINTABLE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_SYMBOL = re.compile(r"[¥￥★&＆√※]|\^_\^")
_BRACKET = re.compile(r"[【】\[\]［］〖〗〔〕]")
_LETTER = re.compile(r"[^\W_]")
_AROUND = re.compile(r"[(（<《〈「『“\"【\[]\s*\Z"), re.compile(r"\s*[)）>》〉」』”\"】\]]")


def matches(pattern: re.Pattern[str]) -> Callable[[TemplateDraft], Iterator[Hit]]:
    """Return a rule's search that reports every place of a pattern."""

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


def _too_long_when_filled(draft: TemplateDraft) -> Iterator[Hit]:
    largest = largest_figures(
        draft.content, draft.attributes, draft.signature_name, type=draft.type
    )
    if draft.variables and largest.characters > LONGEST:
        yield Hit(params={"length": largest.characters, "longest": LONGEST})


def _foreign_script(draft: TemplateDraft) -> Iterator[Hit]:
    position = 0
    for is_foreign, run in groupby(draft.content, _is_foreign):
        start, position = position, position + len(list(run))
        if is_foreign:
            yield Hit((start, position))


@lru_cache(maxsize=65_536)
def _is_foreign(character: str) -> bool:
    """Neither simplified Chinese, as GB 2312 has it, nor English, nor punctuation."""
    if character.isascii():
        return False
    category = unicodedata.category(character)
    if category.startswith("L"):
        is_han = unicodedata.name(character, "").startswith("CJK UNIFIED")
        is_wide_latin = unicodedata.normalize("NFKC", character).isascii()
        return not is_wide_latin and not (is_han and _is_simplified(character))
    return category == "So"


def _is_simplified(han: str) -> bool:
    try:
        han.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _signature_repeated(draft: TemplateDraft) -> Iterator[Hit]:
    if not draft.signature_name:
        return
    opening, closing = _AROUND
    for match in re.finditer(re.escape(draft.signature_name), draft.content):
        start, end = match.span()
        before, after = opening.search(draft.content[:start]), closing.match(draft.content, end)
        # Within a sentence the name may be the sender's; in brackets it is a signature.
        yield Hit(match.span(), is_blocking=bool(before and after))


def _unclear(draft: TemplateDraft) -> Iterator[Hit]:
    words = len(_LETTER.findall(draft.fixed_text))
    if draft.variables and 0 < words < max(LEAST_WORDS, 2 * len(draft.variables)):
        yield Hit(params={"words": words, "variables": len(draft.variables)})


def _twin(draft: TemplateDraft) -> Iterator[Hit]:
    if draft.twins:
        yield Hit(params={"names": "、".join(draft.twins)})


TEXT_RULES: tuple[Rule[TemplateDraft], ...] = (
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
        "template_length_filled",
        _too_long_when_filled,
        _("With its variables at their greatest length the message has %(length)s characters."),
        _("Messages of more than %(longest)s are not sent: keep the values short."),
        is_blocking=False,
    ),
    Rule(
        "template_unprintable",
        matches(_UNPRINTABLE),
        _("The text contains a character that cannot be seen."),
        _("Delete it; a line break is the only control character allowed."),
    ),
    Rule(
        "template_symbol",
        matches(_SYMBOL),
        _("The text contains “%(found)s”."),
        _("Delete this symbol; phones and carriers do not show it reliably."),
    ),
    Rule(
        "template_bracket",
        matches(_BRACKET),
        _("The text contains “%(found)s”."),
        _("Use round brackets; the platform adds the signature and its brackets."),
    ),
    Rule(
        "template_script",
        _foreign_script,
        _("“%(found)s” is neither simplified Chinese nor English."),
        _("Not every phone shows it; simplified Chinese or English is recommended."),
        is_blocking=False,
    ),
    Rule(
        "template_signature_repeated",
        _signature_repeated,
        _("The text repeats the signature “%(found)s”."),
        _("Delete it: the platform puts the signature in front."),
        is_blocking=False,
    ),
    Rule(
        "template_unclear",
        _unclear,
        _("%(words)s characters of fixed text stand beside %(variables)s variables."),
        _("Write as much fixed text as possible, so that the purpose can be recognised."),
        is_blocking=False,
    ),
    Rule(
        "template_twin",
        _twin,
        _("The application has this text already: %(names)s."),
        _("Use that template; another one is not needed."),
        is_blocking=False,
    ),
)
