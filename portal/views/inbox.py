"""The local inbox: what the simulated carrier delivered, as a phone shows it. Demo mode only."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from messaging.models import Message
from messaging.queries import MessageSearch, find_messages
from portal.access import MemberRequest, for_members
from portal.rendering import text_of_message

LATEST = 50
REACH = timedelta(days=3)

Bubble = tuple[Message, str]


@for_members
def inbox(request: MemberRequest) -> HttpResponse:
    if not settings.SMS_DEMO:
        raise Http404
    search = MessageSearch(
        customer=request.customer,
        start=timezone.now() - REACH,
        end=timezone.now(),
        state=Message.State.DELIVERED,
    )
    delivered = find_messages(search, limit=LATEST)
    page = "portal/inbox/inbox.html"
    return render(
        request,
        f"{page}#conversations" if request.htmx else page,
        {"conversations": _conversations(delivered), "latest": LATEST},
    )


def _conversations(delivered: list[Message]) -> list[tuple[str, list[Bubble]]]:
    """The messages by channel number, the conversation with the newest first."""
    by_sender: dict[str, list[Bubble]] = defaultdict(list)
    for message in sorted(delivered, key=lambda message: (_delivered_at(message), message.id)):
        by_sender[message.request.sender].append((message, text_of_message(message)))
    return sorted(by_sender.items(), key=lambda item: _delivered_at(item[1][-1][0]), reverse=True)


def _delivered_at(message: Message) -> datetime:
    return message.finished_at or message.request.created_at
