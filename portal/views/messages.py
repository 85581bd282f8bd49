"""Sending details: what became of each message, and why (spec console §11)."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from common import codes
from messaging.models import Message
from messaging.queries import find_messages
from messaging.services.timeline import find_message, timeline_of
from portal.access import MemberRequest, for_members
from portal.forms.messages import MessageSearchForm

PAGE_SIZE = 50


@for_members
def index(request: MemberRequest) -> HttpResponse:
    form = MessageSearchForm(request.GET, customer=request.customer)
    found = _page(request, form) if form.is_valid() else []
    page = found[:PAGE_SIZE]
    context = {
        "form": form,
        "task": form.cleaned_data.get("task"),
        "rows": [(message, codes.status_code(message.code)) for message in page],
        "older": page[-1].id if len(found) > PAGE_SIZE else None,
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
    context = {"timeline": timeline_of(message), "link": request.build_absolute_uri(request.path)}
    return render(request, f"{page}#timeline" if request.htmx else page, context)


def _page(request: MemberRequest, form: MessageSearchForm) -> list[Message]:
    """The messages of one page and, when there are more, the first of the next."""
    before = request.GET.get("before", "")
    return find_messages(
        form.search(),
        limit=PAGE_SIZE + 1,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
    )
