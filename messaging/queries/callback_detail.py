"""One report and all attempts to push it."""

from dataclasses import dataclass

from messaging.models import Callback, CallbackAttempt, CallbackTarget, Message, Part
from messaging.services.callback import DueCallback


@dataclass(frozen=True, slots=True)
class CallbackDetail:
    """A callback of a message, with its address, its attempts and what it reports."""

    message: Message
    callback: Callback
    attempts: list[CallbackAttempt]
    """The newest first."""
    report: DueCallback

    @property
    def target(self) -> CallbackTarget:
        return self.callback.target


def attempts_of(callback: Callback) -> list[CallbackAttempt]:
    """All attempts of a callback, the newest first."""
    attempts = CallbackAttempt.objects.filter(
        message_id=callback.message_id, sequence=callback.sequence
    )
    return list(attempts.order_by("-number"))


def callback_detail(message: Message, *, sequence: int) -> CallbackDetail | None:
    """The callback of a part of a message from `find_message`, in three queries."""
    mine = Callback.objects.select_related("target").filter(message_id=message.pk)
    callback = mine.filter(sequence=sequence).first()
    if callback is None:
        return None
    part = Part.objects.filter(message_id=message.pk, sequence=sequence).first()
    return CallbackDetail(
        message, callback, attempts_of(callback), _report(message, callback, part)
    )


def _report(message: Message, callback: Callback, part: Part | None) -> DueCallback:
    request = message.request
    return DueCallback(
        message_id=message.pk,
        sequence=callback.sequence,
        number=callback.attempts,
        step=callback.attempts - callback.attempts_before,
        target_id=callback.target_id,
        application_id=request.application_id,
        url=callback.target.url,
        request_uuid=request.uuid,
        extend=request.extend,
        recipient=message.recipient,
        parts=message.parts,
        message_code=message.code,
        part_code=part.code if part else None,
        source=part.source if part else None,
        reported_at=part.reported_at if part else None,
    )
