"""The timeline of a message: every decision and step with its time, read from what is stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from customers.models import Customer
from messaging.models import (
    Callback,
    CallbackAttempt,
    GroupTask,
    Message,
    Part,
    RuleHit,
    SendRequest,
)
from messaging.models.ids import NUMBERS_PER_DAY
from messaging.models.part import Source

from .answers import meaning_of
from .rule_words import explain
from .verdict import Verdict, meaning_of_code, moment, verdict_of

LATER = datetime.max.replace(tzinfo=UTC)
LONGEST_NUMBER = 18
"""Digits of a message number that the database can hold."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened; without a time, it is what the message waits for now."""

    at: datetime | None
    title: str
    tone: str = ""
    detail: str = ""
    remedy: str = ""
    sequence: int | None = None
    """The part whose push this step is about."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A message with all that is known of its way, in the language that is active."""

    message: Message
    verdict: Verdict
    steps: list[Step]
    group_task: GroupTask | None

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is expected: final, and no report waits to be pushed."""
        return self.message.is_final and all(step.at for step in self.steps)


def find_message(sms_msg_id: str, *, customer: Customer | None = None) -> Message | None:
    """The message of an `smsMsgId`, of any customer when none is given; with what it refers to."""
    request_uuid, _separator, number = sms_msg_id.rpartition("_")
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
        return None
    try:
        wanted = UUID(request_uuid)
    except ValueError:
        return None
    pk = int(number)
    # Its request has an id of the same day: only that day's partition is looked into.
    found = Message.objects.filter(
        pk=pk, request__uuid=wanted, request__id__gte=pk - pk % NUMBERS_PER_DAY, request__id__lte=pk
    )
    if customer is not None:
        found = found.for_customer(customer)
    related = ("request__application", "request__template_version__template", "customer")
    return found.select_related(*related).first()


def timeline_of(message: Message) -> Timeline:
    """All steps of a message from `find_message`, in the order of time; a few queries, always."""
    request = message.request
    parts = list(Part.objects.filter(message_id=message.pk).order_by("sequence"))
    callbacks = list(
        Callback.objects.filter(message_id=message.pk).select_related("target").order_by("sequence")
    )
    attempts = list(
        CallbackAttempt.objects.filter(message_id=message.pk).order_by("at", "sequence", "number")
    )
    task = _group_task(request)
    verdict = verdict_of(message)
    later = [
        *_reported(message, parts),
        *_ended(message, verdict),
        *_pushed(message, callbacks, attempts),
    ]
    # Carriers tell times to the minute, or by a clock of their own: never before the submission.
    floor = message.submitted_at or request.created_at
    later.sort(key=lambda step: max(step.at or LATER, floor))
    steps = [*_accepted(message, task), *_submitted(message, parts), *later]
    return Timeline(message, verdict, steps, task)


def _group_task(request: SendRequest) -> GroupTask | None:
    if request.group_task_id is None:
        return None
    tasks = GroupTask.objects.filter(customer_id=request.customer_id)
    return tasks.select_related("created_by").filter(pk=request.group_task_id).first()


def _accepted(message: Message, task: GroupTask | None) -> Iterator[Step]:
    """What was decided when the request came in."""
    request = message.request
    at = request.created_at
    if request.source == SendRequest.Source.API:
        yield Step(
            at,
            _("Received by the send API"),
            detail=_("With the key of the application %(name)s, from channel number %(sender)s.")
            % {"name": request.application.name, "sender": request.sender or "–"},
        )
    elif request.source == SendRequest.Source.RESEND:
        yield Step(at, _("Sent again after it had failed"))
    elif request.source == SendRequest.Source.PLATFORM:
        yield Step(at, _("Sent by the platform itself"))
    else:
        name, person = (task.name, str(task.created_by)) if task else ("–", "–")
        yield Step(
            at,
            _("Received from the Group SMS Assistant"),
            detail=_("Task “%(name)s” of %(person)s.") % {"name": name, "person": person},
        )
    version = request.template_version
    yield Step(
        at,
        _("Template matched"),
        detail=_("%(name)s, version %(number)s; message parts: %(parts)s.")
        % {
            "name": version.template.name if version.template else "–",
            "number": version.number,
            "parts": message.parts,
        },
    )
    if message.state == Message.State.FAILED and message.submitted_at is None:
        meaning = meaning_of_code(message.code)
        title = _("Stopped by a rule: %(code)s") % {"code": meaning.code}
        hit = RuleHit.objects.filter(pk=message.pk).first()
        detail = f"{meaning.text}. {explain(hit)}" if hit else meaning.text
        yield Step(at, title, "bad", detail, meaning.remedy)
    else:
        yield Step(at, _("Passed the rules"), detail=_("No rule of the platform stopped it."))
        words = {"sender": request.sender, "signature": request.signature_name}
        detail = _("Channel number %(sender)s of the signature 【%(signature)s】.") % words
        yield Step(at, _("Route chosen"), detail=detail)


def _submitted(message: Message, parts: Sequence[Part]) -> Iterator[Step]:
    if message.submitted_at is None:
        return
    if any(_is_refused(part) for part in parts):
        meaning = meaning_of_code(message.code)
        title = _("Refused by the carrier: %(code)s") % {"code": meaning.code}
        yield Step(message.submitted_at, title, "bad", meaning.text, meaning.remedy)
        return
    is_answered = any(part.carrier_id for part in parts)
    yield Step(
        message.submitted_at,
        _("Handed to the carrier"),
        "busy",
        detail=_("The carrier took it.") if is_answered else _("The carrier did not answer."),
    )


def _is_refused(part: Part) -> bool:
    """Whether the answer to the submission was a no: the carrier has no name for the part."""
    return part.source == Source.CARRIER and not part.carrier_id


def _reported(message: Message, parts: Sequence[Part]) -> Iterator[Step]:
    for part in parts:
        if part.reported_at is None or _is_refused(part):
            continue
        meaning = meaning_of_code(part.code)
        words = {"sequence": part.sequence, "total": message.parts, "code": part.code}
        origin = _("the carrier") if part.source == Source.CARRIER else _("the platform")
        yield Step(
            part.reported_at,
            _("Report for part %(sequence)s of %(total)s: %(code)s") % words,
            "good" if not meaning.remedy else "bad",
            _("%(meaning)s, reported by %(origin)s.") % {"meaning": meaning.text, "origin": origin},
        )


def _ended(message: Message, verdict: Verdict) -> Iterator[Step]:
    if message.finished_at:
        title = _("Final status: %(status)s") % {"status": message.get_state_display()}
        yield Step(message.finished_at, title, verdict.tone)
    else:
        yield Step(None, message.get_state_display(), verdict.tone, verdict.text)


def _pushed(
    message: Message, callbacks: Sequence[Callback], attempts: Sequence[CallbackAttempt]
) -> Iterator[Step]:
    """The attempts to push the reports, and what comes next for each part."""
    if message.is_final and message.request.target_id is None:
        yield Step(
            message.finished_at,
            _("Report kept, not pushed"),
            detail=_(
                "The request named no statusCallback, and the application has no batch address. "
                "The pull API lists it."
            ),
        )
    for attempt in attempts:
        yield _attempt(attempt)
    for callback in callbacks:
        words = {"sequence": callback.sequence, "url": callback.target.url}
        if callback.state == Callback.State.DUE:
            yield Step(
                None,
                _("Report of part %(sequence)s waits to be pushed") % words,
                "waiting",
                _("To %(url)s, next attempt at %(time)s.")
                % (words | {"time": moment(callback.next_attempt_at)}),
                sequence=callback.sequence,
            )
        elif callback.state == Callback.State.GIVEN_UP:
            yield Step(
                callback.attempted_at,
                _("Report of part %(sequence)s given up") % words,
                "bad",
                _("No attempt at %(url)s was acknowledged.") % words,
                _("Repair the receiver, then push the report again from the callback log."),
                callback.sequence,
            )


def _attempt(attempt: CallbackAttempt) -> Step:
    meaning = meaning_of(attempt.http_status, attempt.error)
    is_taken = attempt.http_status is not None and 200 <= attempt.http_status < 300
    words = {"sequence": attempt.sequence, "number": attempt.number, "outcome": meaning.text}
    return Step(
        attempt.at,
        _("Report of part %(sequence)s pushed, attempt %(number)s: %(outcome)s") % words,
        "good" if is_taken else "bad",
        _("Answered after %(count)s ms.") % {"count": attempt.elapsed_ms},
        meaning.remedy,
        attempt.sequence,
    )
