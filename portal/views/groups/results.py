"""The numbers of a group task one by one, its problems, and sending again (console §9.3)."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from customers.models import Customer
from messaging.groups import problems as group_problems
from messaging.groups import results, uploads
from messaging.groups.progress import progress_of
from messaging.groups.results import Outcome, ResultRow
from messaging.groups.sources import FailedOf
from messaging.models import GroupTask, Message
from messaging.services.verdict import CodeMeaning, meaning_of_code
from portal.access import MemberRequest, for_members, for_senders
from portal.forms.group_numbers import NumbersForm, ResendForm
from portal.group_pages import failures_of, find_task
from portal.pills import BAD, BUSY, GOOD, WAITING
from portal.refusals import refused_into

PAGE_SIZE = 50

TONES = {
    Outcome.WAITING: WAITING,
    Outcome.SENT: BUSY,
    Outcome.DELIVERED: GOOD,
    Outcome.FAILED: BAD,
}


@for_members
def numbers(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What became of each number, in the order of the file."""
    task = find_task(request.customer, public_id)
    form = NumbersForm(request.GET)
    found = []
    if form.is_valid():
        found = results.page(task, **form.cleaned_data, after=_after(request), limit=PAGE_SIZE + 1)
    page = found[:PAGE_SIZE]
    context = {
        "task": task,
        "form": form,
        "rows": _told(page, request.customer),
        "next": page[-1].position if len(found) > PAGE_SIZE else None,
        "is_first_page": not _after(request),
    }
    status = 422 if form.errors else 200
    return render(request, "portal/groups/numbers.html", context, status=status)


@for_members
def problems(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The rows that are left out for one reason, or for any, in the order of the file."""
    task = find_task(request.customer, public_id)
    kind = request.GET.get("kind", "")
    found = group_problems.lines(task, kind=kind, after=_after(request), limit=PAGE_SIZE + 1)
    page = found[:PAGE_SIZE]
    context = {
        "task": task,
        "problem": next((one for one in task.problems.all() if one.kind == kind), None),
        "rows": page,
        "next": page[-1].line if len(found) > PAGE_SIZE else None,
        "is_first_page": not _after(request),
    }
    return render(request, "portal/groups/problems.html", context)


@for_senders
def resend(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The numbers that failed, as a new task that is checked and confirmed like any other."""
    task = find_task(request.customer, public_id)
    failures = failures_of(progress_of(task))
    form = ResendForm(request.POST or None, initial={"name": _again(task.name)}, failures=failures)
    if form.is_valid():
        with refused_into(form):
            new = uploads.create(
                customer=request.customer,
                application=task.application,
                signature=task.signature,
                template=task.template,
                name=form.cleaned_data["name"],
                recipients=FailedOf(task, tuple(form.cleaned_data["codes"])),
                actor=request.user,
                rate=task.rate,
            )
            return redirect("portal:group-detail", new.public_id)
    choices = list(zip(form["codes"], failures, strict=True))
    context = {"task": task, "form": form, "failures": failures, "choices": choices}
    status = 422 if form.errors else 200
    return render(request, "portal/groups/resend.html", context, status=status)


def _told(
    page: list[ResultRow], customer: Customer
) -> list[tuple[ResultRow, str, CodeMeaning | None, str]]:
    """Each number with the colour of its result, what its code means, and its smsMsgId."""
    ids = [row.message_id for row in page if row.message_id]
    sent = Message.objects.for_customer(customer).filter(pk__in=ids).select_related("request")
    sms_msg_ids = {message.pk: message.sms_msg_id for message in sent}
    return [
        (
            row,
            TONES[row.outcome],
            meaning_of_code(row.code) if row.outcome == Outcome.FAILED else None,
            sms_msg_ids.get(row.message_id or 0, ""),
        )
        for row in page
    ]


def _again(name: str) -> str:
    longest = GroupTask._meta.get_field("name").max_length
    return (_("%(name)s, once more") % {"name": name})[:longest]


def _after(request: MemberRequest) -> int:
    """Where the page goes on, as the page before it said."""
    typed = request.GET.get("after", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
