"""Why a row of a recipient file is not sent: kinds of problems with the sentence of each."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from common.sentences import worded
from messaging.models import GroupProblem
from messaging.policy import blocklist, keywords, number_control, opt_out

if TYPE_CHECKING:
    from common.errors import Sentence

Category = GroupProblem.Category

_REASONS: "dict[str, tuple[Category, Sentence]]" = {
    "number_missing": (
        Category.NUMBER,
        _("The number is missing. Write it into column A."),
    ),
    "number_scientific": (
        Category.NUMBER,
        _(
            "The spreadsheet program has rounded this number. Format column A as text and enter "
            "the whole number again."
        ),
    ),
    "number_wrong": (
        Category.NUMBER,
        _(
            "This is not a mainland mobile number. Write 11 digits such as 13800138000, with or "
            "without +86 in front."
        ),
    ),
    "formula": (
        Category.VALUE,
        _(
            "The row holds a formula. Copy the cells and paste them as values, so that nothing "
            "but what you see is sent."
        ),
    ),
    "merged": (
        Category.VALUE,
        _("The row is part of merged cells. Unmerge them, so that each row has its own values."),
    ),
    "cells_too_many": (
        Category.VALUE,
        _(
            "There are more cells than the template has variables. Empty the cells behind the "
            "last one."
        ),
    ),
    "duplicate": (
        Category.DUPLICATE,
        _(
            "The same number with the same content stands further up. It is sent only once; "
            "nothing needs to be done."
        ),
    ),
    blocklist.CODES["platform"]: (
        Category.BLOCKED,
        _("The number is on the blocklist of the platform. It gets no messages; leave it out."),
    ),
    blocklist.CODES["complaint"]: (
        Category.BLOCKED,
        _("Someone complained about messages to this number. It gets none; leave it out."),
    ),
    number_control.BLOCKED: (
        Category.BLOCKED,
        _("Your number control denies this number. Allow it there if it shall get messages."),
    ),
    opt_out.BLOCKED: (
        Category.BLOCKED,
        _("The person replied R and wants no promotions from this signature any more."),
    ),
    keywords.BLOCKED: (
        Category.BLOCKED,
        _("A value holds a word that may not be sent. Write it in other words."),
    ),
}
_VALUE_MISSING = _(
    "A value is missing in column {column}. The template needs one for each of its variables, "
    "from column B on."
)
_VALUE_WRONG = _("Column {column}: {objection}")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; all rows with the same `kind` are counted together."""

    kind: str
    category: Category
    sentence: "Sentence"

    @classmethod
    def of(cls, kind: str) -> "Reason":
        return _KNOWN[kind]


class Problem(NamedTuple):
    """A row that is not sent: `value` is what stands there."""

    line: int
    value: str
    reason: Reason


def value_reason(column: str, objection: "Sentence | None") -> Reason:
    """The reason for a value of a column that does not fit, or is missing for None."""
    if objection is None:
        sentence = worded(_VALUE_MISSING, column=column)
        return Reason(f"missing_{column}", Category.VALUE, sentence)
    sentence = worded(_VALUE_WRONG, column=column, objection=objection)
    return Reason(f"value_{column}", Category.VALUE, sentence)


_KNOWN = {kind: Reason(kind, *words) for kind, words in _REASONS.items()}
