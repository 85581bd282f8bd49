"""Rules for signature names (console.md §7.2, ruling 17)."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from reviews.services.rules.drafts import SignatureDraft
from reviews.services.rules.engine import Hit, Rule
from reviews.services.rules.wording import Kind

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_FOREIGN = re.compile(f"[^{_HAN}A-Za-z0-9]+")


def _foreign_characters(draft: SignatureDraft) -> Iterator[Hit]:
    for match in _FOREIGN.finditer(draft.name):
        yield Hit(match.span())


def _length(draft: SignatureDraft) -> Iterator[Hit]:
    shortest, longest = settings.SMS_SIGNATURE_LENGTH
    length = len(draft.name)
    if not shortest <= length <= longest:
        yield Hit(params={"length": length, "shortest": shortest, "longest": longest})


def _digits_only(draft: SignatureDraft) -> Iterator[Hit]:
    if draft.name.isascii() and draft.name.isdigit():
        yield Hit((0, len(draft.name)))


def _taken(draft: SignatureDraft) -> Iterator[Hit]:
    if draft.is_taken:
        yield Hit((0, len(draft.name)))


def _neutral(draft: SignatureDraft) -> Iterator[Hit]:
    """A name made of nothing but neutral words: each one alone may well be part of a name."""
    left = [*draft.name]
    for found in draft.wording.find(Kind.NEUTRAL_SIGNATURE, draft.name, type=draft.type):
        left[slice(*found.span)] = " " * (found.span[1] - found.span[0])
    if " " in left and not any(character.isalpha() for character in left):
        yield Hit((0, len(draft.name)))


def _topic(draft: SignatureDraft) -> Iterator[Hit]:
    for found in draft.wording.find(Kind.FORBIDDEN_TOPIC, draft.name, type=draft.type):
        yield Hit(found.span, {"topic": found.explanation}, is_blocking=found.word.is_blocking)


SIGNATURE_RULES: tuple[Rule[SignatureDraft], ...] = (
    Rule(
        "signature_length",
        _length,
        _("The signature has %(length)s characters."),
        _("Use %(shortest)s to %(longest)s."),
        field="name",
    ),
    Rule(
        "signature_charset",
        _foreign_characters,
        _("The signature contains “%(found)s”."),
        _("Use Chinese characters, letters and digits only; the platform adds the brackets."),
        field="name",
    ),
    Rule(
        "signature_digits_only",
        _digits_only,
        _("The signature “%(found)s” consists of digits only."),
        _("Name the enterprise, product or app."),
        field="name",
    ),
    Rule(
        "signature_taken",
        _taken,
        _("You have a signature “%(found)s” of this type already."),
        _("Use it, or choose another name."),
        field="name",
    ),
    Rule(
        "signature_neutral",
        _neutral,
        _("“%(found)s” does not say who sends the message."),
        _("Name the enterprise, product or app strictly after the chosen source."),
        is_blocking=False,
        field="name",
    ),
    Rule(
        "signature_topic",
        _topic,
        _("“%(found)s” may stand for a topic that is not allowed: %(topic)s."),
        _("Use a name without it, or explain your business in the application description."),
        is_blocking=False,
        field="name",
    ),
)
