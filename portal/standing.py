"""How something that is reviewed stands: its status in words, the open case, the latest no."""

from dataclasses import dataclass

from portal.advice import Advice, advice_on
from portal.history import Event, Reviewed, history_of, latest_refusal
from portal.pills import tone_of
from reviews.models import Submission
from reviews.services.submissions import open_case_of


@dataclass(frozen=True, slots=True)
class Standing:
    """What the head of a detail page says, and the history beside it."""

    advice: Advice
    tone: str
    case: Submission | None
    refusal: Event | None
    events: list[Event]


def standing_of(reviewed: Reviewed) -> Standing:
    events = history_of(reviewed)
    advice = advice_on(reviewed)
    return Standing(
        advice=advice,
        tone=tone_of(reviewed, reviewed.status),
        case=open_case_of(reviewed),
        refusal=latest_refusal(events) if advice.tells_refusal else None,
        events=events,
    )
