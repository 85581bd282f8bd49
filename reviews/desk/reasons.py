"""The reasons for a rejection, as a reviewer picks them."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q
from django.utils.translation import gettext

from reviews.desk.reason_names import name_of
from reviews.models import CannedText, Submission
from reviews.models.kinds import MessageType
from reviews.services.kinds import reasons_of

_OF_ONE_TYPE = {
    "TYPE_VERIFICATION_CODE": MessageType.VERIFICATION,
    "TYPE_NOTIFICATION": MessageType.NOTIFICATION,
    "TYPE_PROMOTION": MessageType.PROMOTION,
}
"""Level-1 reasons that apply to templates of a single message type."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its code, what it means, and the text that tells the customer what to do."""

    code: str
    name: str
    explanation: str
    handling: str


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """The reasons of one first level."""

    name: str
    reasons: list[Reason]


def reason_groups(case: Submission) -> list[ReasonGroup]:
    """The reasons that can apply to a case, grouped by their first level; none for some kinds."""
    type = case.snapshot.get("type")
    fitting = [
        reason for reason in reasons_of(case.kind) if _OF_ONE_TYPE.get(reason.level1, type) == type
    ]
    return [
        ReasonGroup(
            name_of(level1),
            [
                Reason(
                    each.level2,
                    name_of(each.level2),
                    gettext(each.explanation),
                    gettext(each.remedy),
                )
                for each in reasons
            ],
        )
        for level1, reasons in groupby(fitting, key=lambda reason: reason.level1)
    ]


def canned_texts(case: Submission) -> list[CannedText]:
    """The texts operations keep ready for a kind of case, and for every kind."""
    return list(CannedText.objects.filter(Q(kind=case.kind) | Q(kind="")))
