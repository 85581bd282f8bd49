"""The local inbox: what the simulated carrier delivered, as a phone shows it. Demo mode only."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from messaging.models import Message, Uplink
from messaging.queries import (
    MessageSearch,
    Result,
    find_messages,
    platform_messages,
    replies_to,
)
from messaging.services.handset import reply_from_handset
from portal.access import MemberRequest, View, for_members, for_senders
from portal.forms.uplinks import ReplyForm
from portal.numbers import shown
from portal.refusals import refused_into
from portal.rendering import text_of_message

LATEST = 50
REACH = timedelta(days=3)


class Bubble(NamedTuple):
    """A text in a conversation; a reply is one that the phone sent."""

    at: datetime
    number: str
    text: str
    is_reply: bool


@dataclass
class Conversation:
    """What went to and fro between a channel number and phones, oldest first."""

    sender: str
    bubbles: list[Bubble]
    phones: list[Message]
    """The last message to each phone, the latest first."""
    form: ReplyForm | None = None


def in_demo_mode(view: View) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not settings.SMS_DEMO:
            raise Http404
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]


@in_demo_mode
@for_members
def inbox(request: MemberRequest) -> HttpResponse:
    return _page(request, _conversations(request))


@require_POST
@in_demo_mode
@for_senders
def reply(request: MemberRequest) -> HttpResponse:
    """Send a reply as if a phone had; it takes the way of real ones."""
    conversations = _conversations(request)
    answered = _answered(conversations, request.POST.get("message", ""))
    if answered is None:
        messages.error(request, _("This message is not in the inbox any more. Nothing was sent."))
        return redirect("portal:inbox")
    form = answered.form = _form(request, answered, data=request.POST)
    if form.is_valid():
        chosen = next(one for one in answered.phones if one.id == form.cleaned_data["message"])
        with refused_into(form):
            reply_from_handset(message=chosen, text=form.cleaned_data["text"])
            messages.success(request, _("The phone has sent its reply."))
            return redirect("portal:inbox")
    return _page(request, conversations, status=422)


def _page(
    request: MemberRequest, conversations: list[Conversation], status: int = 200
) -> HttpResponse:
    page = "portal/inbox/inbox.html"
    return render(
        request,
        f"{page}#conversations" if request.htmx else page,
        {"conversations": conversations, "latest": LATEST},
        status=status,
    )


def _conversations(request: MemberRequest) -> list[Conversation]:
    """The messages by channel number with the replies, the one with the newest message first.

    Those of the platform itself, such as security codes, are among them (ruling 32).
    """
    start = timezone.now() - REACH
    search = MessageSearch(
        customer=request.customer,
        start=start,
        end=timezone.now(),
        result=Result.SUCCESSFUL,
    )
    by_sender: dict[str, list[Message]] = defaultdict(list)
    delivered = find_messages(search, limit=LATEST)
    delivered += platform_messages(request.customer, start=start)
    for message in sorted(delivered, key=lambda message: (_delivered_at(message), message.id)):
        by_sender[message.request.sender].append(message)
    replies: dict[str, list[Uplink]] = defaultdict(list)
    for uplink in replies_to(request.customer, by_sender, start=start):
        replies[uplink.channel_number].append(uplink)
    in_order = sorted(by_sender, key=lambda sender: _delivered_at(by_sender[sender][-1]))
    conversations = [
        _conversation(sender, by_sender[sender], replies[sender]) for sender in reversed(in_order)
    ]
    if request.membership.can_send:
        for conversation in conversations:
            conversation.form = _form(request, conversation)
    return conversations


def _conversation(sender: str, sent: list[Message], replies: list[Uplink]) -> Conversation:
    bubbles = [
        Bubble(_delivered_at(message), message.recipient, text_of_message(message), False)
        for message in sent
    ]
    bubbles += [Bubble(one.received_at, one.sender, one.body, True) for one in replies]
    last = {message.recipient: message for message in sent}
    phones = sorted(last.values(), key=lambda message: (_delivered_at(message), message.id))
    return Conversation(sender, sorted(bubbles, key=lambda bubble: bubble.at), phones[::-1])


def _form(request: MemberRequest, conversation: Conversation, data: Any = None) -> ReplyForm:
    membership = request.membership
    phones = [(message, shown(message.recipient, membership)) for message in conversation.phones]
    return ReplyForm(data, phones=phones)


def _answered(conversations: list[Conversation], message_id: str) -> Conversation | None:
    """The conversation in which a phone got this message last."""
    for conversation in conversations:
        if message_id in {str(message.id) for message in conversation.phones}:
            return conversation
    return None


def _delivered_at(message: Message) -> datetime:
    return message.finished_at or message.request.created_at
