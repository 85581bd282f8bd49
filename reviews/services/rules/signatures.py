"""Rules for signature names (console.md §7.2, ruling 17)."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from reviews.services.rules.engine import Hit, Rule

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_FOREIGN = re.compile(f"[^{_HAN}A-Za-z0-9]+")


def _foreign_characters(name: str) -> Iterator[Hit]:
    for match in _FOREIGN.finditer(name):
        yield Hit(match.span())


def _length(name: str) -> Iterator[Hit]:
    shortest, longest = settings.SMS_SIGNATURE_LENGTH
    if not shortest <= len(name) <= longest:
        yield Hit(params={"length": len(name), "shortest": shortest, "longest": longest})


def _digits_only(name: str) -> Iterator[Hit]:
    if name.isascii() and name.isdigit():
        yield Hit((0, len(name)))


SIGNATURE_RULES: tuple[Rule[str], ...] = (
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
)
