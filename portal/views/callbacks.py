"""The callback log: attempts to push status reports, one report in detail, and replays."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.clock import local_day, now
from common.peers import address_of
from messaging.models.ids import day_of
from messaging.models.partitions import LIVE_SPAN
from messaging.queries import (
    MOST_COUNTED,
    CallbackDetail,
    LogEntry,
    Place,
    addresses_of,
    callback_detail,
    find_attempts,
    replayable,
)
from messaging.services.answers import Meaning, meaning_of
from messaging.services.replay import replay
from messaging.services.timeline import find_message
from portal.access import MemberRequest, for_members, for_senders
from portal.circuits import circuit_of
from portal.forms.callbacks import CallbackSearchForm
from portal.pushes import push_of

PAGE_SIZE = 50
MOST_ADDRESSES = 100


@for_members
def index(request: MemberRequest) -> HttpResponse:
    form = CallbackSearchForm(request.GET, customer=request.customer)
    before = _place(request)
    found = (
        find_attempts(form.search(), limit=PAGE_SIZE + 1, before=before) if form.is_valid() else []
    )
    page = found[:PAGE_SIZE]
    context = {
        "form": form,
        "rows": list(_rows(page)),
        "older": "-".join(map(str, page[-1].place)) if len(found) > PAGE_SIZE else None,
        "is_first_page": before is None,
    }
    status = 422 if form.errors else 200
    return render(request, "portal/callbacks/list.html", context, status=status)


@for_members
def detail(request: MemberRequest, sms_msg_id: str, sequence: int) -> HttpResponse:
    found = _find(request, sms_msg_id, sequence)
    push = push_of(found, request.membership)
    context = {
        "found": found,
        "sms_msg_id": sms_msg_id,
        "attempts": [
            (attempt, meaning_of(attempt.http_status, attempt.error)) for attempt in found.attempts
        ],
        "circuit": circuit_of(failures=found.target.failures, open_until=found.target.open_until),
        "push": push,
        "is_live": _is_live(found),
        "live_days": LIVE_SPAN.days,
    }
    return render(request, "portal/callbacks/detail.html", context)


@require_POST
@for_senders
def replay_one(request: MemberRequest, sms_msg_id: str, sequence: int) -> HttpResponse:
    found = _find(request, sms_msg_id, sequence)
    count = replay(
        customer=request.customer,
        reports=[(found.message.pk, sequence)],
        actor=request.user,
        ip_address=address_of(request),
    )
    if count:
        messages.success(request, _("The report is pushed again now."))
    else:
        messages.error(request, _("Reports this old are not pushed again."))
    return redirect("portal:callback-detail", sms_msg_id, sequence)


@for_senders
def replay_found(request: MemberRequest) -> HttpResponse:
    """Say how many reports the filters find; pushed again once that is confirmed."""
    data = request.POST if request.method == "POST" else request.GET
    form = CallbackSearchForm(data, customer=request.customer)
    typed = {name: str(form.data.get(name, "")) for name in form.fields}
    back = f"{reverse('portal:callback-list')}?{urlencode(typed)}"
    if not form.is_valid():
        return redirect(back)
    found = replayable.find_replayable(form.search())
    if request.method == "POST" and found.reports and not found.is_capped:
        return _replayed(request, found.reports)
    # Both ends of the time are sent along, so that what was counted is what is pushed.
    times = {"start": found.search.start.isoformat(), "end": found.search.end.isoformat()}
    context = {
        "fields": typed | times,
        "count": len(found.reports),
        "is_capped": found.is_capped,
        "most": replayable.MOST_REPLAYED,
        "live_days": LIVE_SPAN.days,
        "back": back,
    }
    return render(request, "portal/callbacks/replay.html", context)


def _replayed(request: MemberRequest, reports: list[tuple[int, int]]) -> HttpResponse:
    count = replay(
        customer=request.customer,
        reports=reports,
        actor=request.user,
        ip_address=address_of(request),
    )
    said = ngettext(
        "%(count)d report is pushed again now.", "%(count)d reports are pushed again now.", count
    )
    messages.success(request, said % {"count": count})
    return redirect("portal:callback-list")


@for_members
def addresses(request: MemberRequest) -> HttpResponse:
    """What each address is owed, and whether it is called at the moment."""
    found = addresses_of(request.customer, limit=MOST_ADDRESSES)
    rows = [
        (address, circuit_of(failures=address.failures, open_until=address.open_until))
        for address in found
    ]
    context = {"rows": rows, "most": MOST_ADDRESSES, "most_counted": MOST_COUNTED}
    return render(request, "portal/callbacks/addresses.html", context)


def _rows(page: list[LogEntry]) -> Iterator[tuple[LogEntry, Meaning, bool]]:
    """Each entry with its outcome in words, and whether it is the latest of its report."""
    report: tuple[int, int] | None = None
    for entry in page:
        this = (entry.message_id, entry.sequence)
        yield entry, meaning_of(entry.http_status, entry.error), this != report
        report = this


def _place(request: HttpRequest) -> Place | None:
    """The place in the address behind which the page begins; None for a senseless one."""
    numbers = request.GET.get("before", "").split("-")
    if len(numbers) != 3 or not all(
        number.isascii() and number.isdecimal() and len(number) < 19 for number in numbers
    ):
        return None
    return Place(*map(int, numbers))


def _find(request: MemberRequest, sms_msg_id: str, sequence: int) -> CallbackDetail:
    message = find_message(sms_msg_id, customer=request.customer)
    found = callback_detail(message, sequence=sequence) if message else None
    if found is None:
        raise Http404
    return found


def _is_live(found: CallbackDetail) -> bool:
    return day_of(found.message.pk) >= local_day(now()) - LIVE_SPAN
