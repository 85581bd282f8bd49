"""The last steps before a group task is sent: its time, and the confirmation (console §9.2)."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from common.clock import now
from messaging.groups import editing, planning
from messaging.groups.estimate import estimate_of
from messaging.groups.schedule import refuse_bad_time
from messaging.models import GroupTask
from messaging.policy import send_window
from portal import group_steps
from portal.access import MemberRequest, for_senders
from portal.forms.group_times import ReleaseForm
from portal.group_pages import find_task, first_texts
from portal.refusals import refused_into


@for_senders
def time(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Ask when; what was chosen before stands in the address, so that going back loses nothing."""
    task = find_task(request.customer, public_id)
    return _time_page(request, task, ReleaseForm(initial=request.GET.dict()))


@for_senders
def confirm(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Show all that was chosen; release the task when that is confirmed."""
    task = find_task(request.customer, public_id)
    form = ReleaseForm(request.POST if request.method == "POST" else request.GET)
    if form.is_valid():
        with refused_into(form):
            if request.method == "POST":
                _release(task, form, request)
                return redirect("portal:group-detail", public_id)
            moment = now()
            refuse_bad_time(form.start or moment, now=moment, message_type=task.template.type)
    if form.errors:
        return _time_page(request, task, form)
    return _confirm_page(request, task, form)


def _release(task: GroupTask, form: ReleaseForm, request: MemberRequest) -> None:
    chosen = form.cleaned_data
    with transaction.atomic():
        if chosen["rate"] != task.rate:
            editing.set_rate(task=task, rate=chosen["rate"], actor=request.user)
        planning.confirm(
            task=task,
            scheduled_at=form.start,
            accept_problems=chosen["accept_problems"],
            actor=request.user,
        )


def _time_page(request: MemberRequest, task: GroupTask, form: ReleaseForm) -> HttpResponse:
    has_hours = send_window.has_hours(task.template.type)
    context = {
        "heading": _("When to send"),
        "steps": group_steps.steps("time", urls=_urls(task)),
        "task": task,
        "left_out": task.total_rows - task.valid_rows,
        "form": form,
        "hours": send_window.hours() if has_hours else None,
    }
    status = 422 if form.errors else 200
    return render(request, "portal/groups/wizard/time.html", context, status=status)


def _confirm_page(request: MemberRequest, task: GroupTask, form: ReleaseForm) -> HttpResponse:
    again = reverse("portal:group-time", args=[task.public_id])
    context: dict[str, Any] = {
        "heading": _("Confirmation"),
        "steps": group_steps.steps(
            "confirm", urls=_urls(task) | {"time": f"{again}?{form.as_query}"}
        ),
        "task": task,
        "left_out": task.total_rows - task.valid_rows,
        "form": form,
        "texts": first_texts(task),
        "estimate": estimate_of(task, at=form.start),
    }
    return render(request, "portal/groups/wizard/confirm.html", context)


def _urls(task: GroupTask) -> dict[str, str]:
    return {"check": reverse("portal:group-detail", args=[task.public_id])}
