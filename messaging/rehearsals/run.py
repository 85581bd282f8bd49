"""A replay, slice by slice: each takes seconds at most and leaves its counts in the row.

Whoever dies meanwhile loses one slice, which is read again; two workers never read the same one.
"""

from datetime import datetime

import structlog
from django.db import transaction

from common.clock import now
from common.errors import Refusal
from messaging.models import PolicyReplay

from . import drafts
from .drafts import ByNumber, ByTime
from .drafts.base import Opinion
from .figures import Figures
from .traffic import Asked, Days, Sent, numbers_after

log = structlog.get_logger(__name__)

State = PolicyReplay.State


@transaction.atomic
def run_slice(replay_id: int) -> bool:
    """Judge the next slice of a replay; return whether there is more to do.

    A rule that counts all numbers together is judged in one go.
    """
    rows = PolicyReplay.objects.select_for_update(skip_locked=True)
    replay = rows.unfinished().filter(pk=replay_id).first()
    if replay is None:
        return False
    try:
        draft = drafts.read(replay.rule, replay.draft)
    except Refusal as refusal:  # the rules of drafts changed since it was written
        replay.finish(State.FAILED, now(), str(refusal)[:255])
    else:
        figures = Figures.read(replay.figures)
        if isinstance(draft, ByNumber):
            _judge_numbers(replay, draft, figures)
        else:
            _judge_requests(replay, draft, figures)
        replay.figures = figures.written()
    replay.save()
    return not replay.is_finished


def fail(replay_id: int) -> None:
    """Give a replay up whose slice could not be judged."""
    for replay in PolicyReplay.objects.unfinished().filter(pk=replay_id):
        replay.finish(State.FAILED, now(), "error")
        replay.save()


def _judge_numbers(replay: PolicyReplay, draft: ByNumber, figures: Figures) -> None:
    days = Days(replay.day, draft.looks_back)
    groups = numbers_after(days, replay.position.get("after", ""), customer_id=replay.customer_id)
    for messages in groups:
        opinions = draft.judge(messages, days.begins_at)
        for message, opinion in zip(messages, opinions, strict=True):
            if message.at >= days.begins_at:
                _count(figures, message, opinion, draft)
    if groups:
        replay.state = State.RUNNING
        replay.position = {"after": groups[-1][0].recipient}
    else:
        _finish(replay, figures, now())


def _judge_requests(replay: PolicyReplay, draft: ByTime, figures: Figures) -> None:
    for request, opinion in draft.opinions(replay.day, replay.customer_id):
        _count_request(figures, request, opinion)
    _finish(replay, figures, now())


def _count(figures: Figures, message: Sent, opinion: Opinion, draft: ByNumber) -> None:
    if not opinion.is_known:
        figures.unknown += 1
        figures.seen += 1
        return
    was_stopped = message.stopped_by in draft.kinds
    figures.add(
        at=message.at,
        customer_id=message.customer_id,
        type=message.type,
        was_stopped=was_stopped,
        would_stop=opinion.stops,
        matched=opinion.matched,
        recipient=message.recipient,
        is_free=not message.stopped_by,
        message_id=message.id,
    )


def _count_request(figures: Figures, request: Asked, opinion: Opinion) -> None:
    """A request's messages are of three kinds: sent, stopped by this rule, stopped by others."""
    others = request.count - request.sent - request.stopped
    for count, was_stopped, is_free in (
        (request.sent, False, True),
        (request.stopped, True, False),
        (others, False, False),
    ):
        if count:
            figures.add(
                at=request.at,
                customer_id=request.customer_id,
                type=request.type,
                was_stopped=was_stopped,
                would_stop=opinion.stops,
                matched=opinion.matched,
                recipient=request.recipient,
                count=count,
                is_free=is_free,
                message_id=request.id,
            )


def _finish(replay: PolicyReplay, figures: Figures, moment: datetime) -> None:
    replay.finish(State.DONE, moment)
    log.info(
        "policy replay done",
        replay=str(replay.public_id),
        rule=replay.rule,
        seen=figures.seen,
        more=figures.more,
        less=figures.less,
    )
