"""Why a message arrived or not, in one sentence with its remedy."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import codes
from common.sql import only_row, slice_cursor
from messaging.models import Channel, Message, SendRequest
from messaging.models.ids import live

from . import health
from .expire import lifetimes_s

MOST_COUNTED = 1000
"""Requests in front are counted up to here."""
_AHEAD = """
SELECT count(*) FROM (
    SELECT FROM messaging_sendrequest
    WHERE dispatch = 0 AND channel_id = %(channel)s AND id BETWEEN %(floor)s AND %(ceiling)s
      AND (priority, id) < (%(priority)s::smallint, %(request)s::bigint)
    LIMIT %(most)s
) AS ahead
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence, what to do about it, and a tone: good, busy, waiting or bad."""

    text: str
    tone: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """A code of the tables in the active language."""

    code: str
    text: str
    remedy: str


def meaning_of_code(code: str) -> CodeMeaning:
    """What a code means and what to do; a carrier's unknown code has words, too.

    Slices of group tasks fail with result codes of requests, as nobody is there to be answered.
    """
    status = codes.status_code(code)
    if not status.is_known and (answer := codes.find_request_code(code)):
        return CodeMeaning(code, _(answer.meaning), _(answer.remedy))
    remedy = "" if status.is_success or not status.remedy else _(status.remedy)
    return CodeMeaning(code, _(status.description), remedy)


def verdict_of(message: Message) -> Verdict:
    """Answer "why did this SMS (not) arrive?"; `message.request` must be loaded."""
    if message.state == Message.State.DELIVERED:
        return Verdict(_("It arrived: the carrier reported the delivery of every part."), "good")
    if message.state == Message.State.FAILED:
        return _failed(message)
    if message.state == Message.State.EXPIRED:
        return _expired(message)
    if message.state == Message.State.ACCEPTED:
        return _waiting(message.request)
    return Verdict(
        _("It is on its way: the carrier took it, and its report has not come yet.")
        if message.state == Message.State.SUBMITTED
        else _("It was handed over, but the carrier did not answer: its report will tell."),
        "busy",
        _("Most reports come within minutes; after 72 hours the message counts as failed."),
    )


def _failed(message: Message) -> Verdict:
    meaning = meaning_of_code(message.code)
    words = {"code": meaning.code, "meaning": meaning.text}
    if message.submitted_at is None:
        text = _("It was not sent, a rule stopped it: %(meaning)s (%(code)s).") % words
    else:
        text = _("It did not arrive: the carrier reported “%(meaning)s” (%(code)s).") % words
    return Verdict(text, "bad", meaning.remedy)


def _expired(message: Message) -> Verdict:
    if message.submitted_at is None:
        limit_s = lifetimes_s()[message.request.priority - 1]
        return Verdict(
            _("It was not sent: it waited for the carrier longer than its type may (%(limit)s).")
            % {"limit": duration(limit_s)},
            "bad",
            _("Send it again if it still matters, and tell the platform's support the smsMsgId."),
        )
    return Verdict(
        _("Nobody knows whether it arrived: the carrier sent no report within %(limit)s.")
        % {"limit": duration(settings.SMS_REPORT_TIMEOUT_S)},
        "bad",
        _("It counts as failed. Ask the recipient before you send it again."),
    )


def _waiting(request: SendRequest) -> Verdict:
    """Which of the reasons to wait holds now."""
    latest = request.created_at + timedelta(seconds=lifetimes_s()[request.priority - 1])
    remedy = _("Nothing has to be done. It is sent until %(time)s at the latest, never later.") % {
        "time": moment(latest)
    }
    channel = Channel.objects.select_related("health").filter(pk=request.channel_id or 0).first()
    down = health.down_channels()
    if request.dispatch == SendRequest.Dispatch.LEASED:
        return Verdict(_("It is being handed to the carrier right now."), "busy", remedy)
    if channel is None or not channel.is_enabled:
        text = _("It is not sent yet: the way to the carrier is switched off at the moment.")
    elif channel.pk in down:
        since = {"time": moment(down[channel.pk])}
        text = _("It is not sent yet: the carrier cannot be reached since %(time)s.") % since
    elif channel.health.is_throttled:
        text = _("It is not sent yet: the carrier is busy and asked to wait.")
    elif ahead := _ahead(request):
        text = ngettext(
            "It is not sent yet: %(count)d request is in front of it, and the carrier takes only "
            "so many messages at a time.",
            "It is not sent yet: %(count)d requests are in front of it, and the carrier takes only "
            "so many messages at a time.",
            ahead,
        ) % {"count": ahead}
    else:
        text = _("It is not sent yet: it is the next one that the carrier is given.")
    return Verdict(text, "waiting", remedy)


def _ahead(request: SendRequest) -> int:
    """How many requests the channel takes before this one."""
    parameters = {
        "channel": request.channel_id,
        "priority": request.priority,
        "request": request.id,
        "most": MOST_COUNTED,
    }
    with slice_cursor() as cursor:
        cursor.execute(live(_AHEAD), parameters)
        return int(only_row(cursor)[0])


def moment(instant: datetime) -> str:
    """Write an instant in the platform's zone, to the second."""
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M:%S}"


def duration(seconds: float) -> str:
    """Write a span for people: hours from one hour on, else minutes, else seconds."""
    if (count := round(seconds / 3600)) >= 1:
        words = ngettext("%(count)d hour", "%(count)d hours", count)
    elif (count := round(seconds / 60)) >= 1:
        words = ngettext("%(count)d minute", "%(count)d minutes", count)
    else:
        count = round(seconds)
        words = ngettext("%(count)d second", "%(count)d seconds", count)
    return words % {"count": count}
