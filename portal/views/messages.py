"""Sending details: what became of each message, and why (spec console §11)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render

from messaging.models import Message
from messaging.models.part import Source
from messaging.queries import SOURCE_NAMES, FoundPage, find_page, sources_of
from messaging.resending.trail import related_to
from messaging.retention.values import values_of
from messaging.services.timeline import find_message, timeline_of
from messaging.services.verdict import CodeMeaning, meaning_of_code
from portal.access import MemberRequest, for_members
from portal.forms.messages import QUICK_RANGES, MessageSearchForm

if TYPE_CHECKING:
    from common.errors import Sentence

PAGE_SIZE = 50

EMPTY = FoundPage([], None)


@dataclass(frozen=True, slots=True)
class Row:
    """A message with its status code explained in the active language."""

    message: Message
    meaning: CodeMeaning
    source: "Sentence"
    """Who reported the status; empty before the end."""


@for_members
def index(request: MemberRequest) -> HttpResponse:
    form = MessageSearchForm(request.GET, customer=request.customer)
    found = _page(request, form) if form.is_valid() else EMPTY
    sources = sources_of(found.messages)
    context = {
        "form": form,
        "task": form.cleaned_data.get("task"),
        "quick_ranges": [(key, title) for key, (title, _span) in QUICK_RANGES.items()],
        "rows": [
            Row(message, meaning_of_code(message.code), _source(sources, message))
            for message in found.messages
        ],
        "older": found.before,
        "searched_to": found.searched_to,
        "is_first_page": not request.GET.get("before"),
    }
    status = 422 if form.errors else 200
    return render(request, "portal/messages/list.html", context, status=status)


@for_members
def detail(request: MemberRequest, sms_msg_id: str) -> HttpResponse:
    """Why this message did, or did not, arrive; the page asks again until that is settled."""
    message = find_message(sms_msg_id, customer=request.customer)
    if message is None:
        raise Http404
    page = "portal/messages/detail.html"
    context = {
        "timeline": timeline_of(message),
        "link": request.build_absolute_uri(request.path),
        "related": related_to(message),
        "values": values_of(message),
    }
    return render(request, f"{page}#timeline" if request.htmx else page, context)


def _source(sources: dict[int, Source], message: Message) -> "Sentence":
    return SOURCE_NAMES[sources[message.id]] if message.id in sources else ""


def _page(request: MemberRequest, form: MessageSearchForm) -> FoundPage:
    before = request.GET.get("before", "")
    return find_page(
        form.search(),
        limit=PAGE_SIZE,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
    )
