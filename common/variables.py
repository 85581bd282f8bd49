"""What may stand in a template variable: one rule per attribute, checked value by value.

The rules are those of data-plane.md §8.2 and console.md §8.3. NEWTEXT and LONGTEXT are TEXT at
the longer length the API shows for them; NUM_n, TXT_n, DATE and TIME are the older syntax.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import call
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from common.sentences import worded

if TYPE_CHECKING:
    from common.errors import Sentence

_YEAR, _MONTH, _DAY = "[0-9]{4}", "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_HOUR, _SIXTY = "(?:[01][0-9]|2[0-3])", "[0-5][0-9]"
_DATE = f"{_YEAR}/{_MONTH}/{_DAY}"
_OTHER_DATES = f"{_YEAR}{_MONTH}{_DAY}|{_YEAR}-{_MONTH}-{_DAY}|{_YEAR}年{_MONTH}月{_DAY}日"
_TIME = f"{_HOUR}:{_SIXTY}(?::{_SIXTY})?"
_CHINESE_TIME = f"{_HOUR}点{_SIXTY}分?"
_MOBILE = "(?<![0-9])1[3-9][0-9]{9}(?![0-9])"
_CHINESE_NUMERALS = "〇零一二三四五六七八九十百千万亿两点壹贰叁肆伍陆柒捌玖拾佰仟萬億"
_FREE_TEXT = rf"(?!.*{_MOBILE})[^.。'<>{{}}]*"
_FREE_TEXT_SENTENCE = _(
    "Write {shortest} to {longest} characters without a mobile number and without "
    "any of . 。 ' < > {{ }}; contact data and links belong in the fixed text of the template."
)


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule for the values of one variable."""

    pattern: re.Pattern[str]
    sentence: "Sentence"
    """What is allowed, said so that the reader knows what to change."""

    def objection(self, value: str) -> "Sentence | None":
        """Return None when the value fits, else the sentence that says what would."""
        return None if self.pattern.fullmatch(value) else self.sentence


# attribute: (shortest, longest, content, sentence)
_ATTRIBUTES: dict[str, tuple[int, int, str, "Sentence"]] = {
    "PHONE": (
        4,
        15,
        "[0-9+-]*[0-9]",
        _(
            "Write a phone number of {shortest} to {longest} characters: digits, + and -, "
            "with a digit at the end."
        ),
    ),
    "CHARDIGIT": (
        1,
        20,
        f"(?!{_MOBILE})[A-Za-z0-9_]*",
        _(
            "Write {shortest} to {longest} letters, digits or underscores. A mobile number is "
            "not allowed here; use a variable of the type phone number."
        ),
    ),
    "DATETIME": (
        1,
        20,
        f"{_DATE}|{_OTHER_DATES}|{_TIME}|{_CHINESE_TIME}",
        _(
            "Write a date as 20240501, 2024-05-01, 2024/05/01 or 2024年05月01日, or a time as "
            "09:30, 09:30:00, 09点30分 or 09点30. A date and a time need two variables."
        ),
    ),
    "MONEY": (
        1,
        20,
        rf"(?!\.*\Z)[0-9.{_CHINESE_NUMERALS}]*",
        _(
            "Write an amount of {shortest} to {longest} characters: digits and a decimal point, "
            "or Chinese numerals. The currency belongs in the fixed text of the template."
        ),
    ),
    "TEXT": (1, 20, _FREE_TEXT, _FREE_TEXT_SENTENCE),
    "NEWTEXT": (1, 99, _FREE_TEXT, _FREE_TEXT_SENTENCE),
    "LONGTEXT": (1, 99, _FREE_TEXT, _FREE_TEXT_SENTENCE),
    "NUM": (1, 20, "[0-9]*", _("Write {shortest} to {longest} digits and nothing else.")),
    "TXT": (
        1,
        20,
        "[^{}]*",
        _("Write {shortest} to {longest} characters without {{ and }}."),
    ),
    "DATE": (10, 10, _DATE, _("Write a date as 2024/05/01.")),
    "TIME": (5, 8, _TIME, _("Write a time as 09:30 or 09:30:00.")),
}
_SIZED = re.compile(r"(NUM|TXT)_([1-9]|1[0-9]|20)")


@lru_cache(maxsize=1024)
def rule_for(attribute: str, longest: int | None = None) -> Rule:
    """Return the rule of an attribute such as `PHONE`, `TEXT`, `NUM_6`, `TXT_20` or `DATE`.

    `longest` replaces the attribute's greatest length, in characters: the length granted to
    one template, or the limit of a verification code. Raises ValueError for a name that is
    no attribute.
    """
    name = attribute
    if sized := _SIZED.fullmatch(attribute):
        name, longest = sized[1], longest or int(sized[2])
    elif attribute not in _ATTRIBUTES or attribute in ("NUM", "TXT"):
        raise ValueError(f"{attribute!r} is no variable attribute")
    shortest, usual_longest, content, sentence = _ATTRIBUTES[name]
    longest = longest or usual_longest
    return Rule(
        re.compile(rf"(?s)(?=.{{{shortest},{longest}}}\Z)(?:{content})"),
        worded(sentence, shortest=shortest, longest=longest),
    )


def longest_value(attribute: str) -> int:
    """Return the greatest length of a value, in characters; raises ValueError as `rule_for`."""
    if sized := _SIZED.fullmatch(attribute):
        return int(sized[2])
    if attribute not in _ATTRIBUTES or attribute in ("NUM", "TXT"):
        raise ValueError(f"{attribute!r} is no variable attribute")
    return _ATTRIBUTES[attribute][1]


def is_attribute(name: str) -> bool:
    """Whether a name, for example the one inside `${}`, is that of an attribute."""
    try:
        rule_for(name)
    except ValueError:
        return False
    return True


def check_value(attribute: str, value: str) -> "Sentence | None":
    """Return None when the value fits the attribute, else the sentence that says what would."""
    return rule_for(attribute).objection(value)


def all_fit(rules: Sequence[Rule], rows: Iterable[Sequence[str]]) -> list[bool]:
    """Tell for each row of values whether it has one fitting value per rule."""
    count = len(rules)
    matchers = [rule.pattern.fullmatch for rule in rules]
    return [len(row) == count and all(map(call, matchers, row)) for row in rows]
