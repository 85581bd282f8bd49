"""What a member does with a group task: edit, cancel, pause, resume, stop, delete (§9.3)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from common.errors import Refusal
from messaging.groups import control, editing, planning
from messaging.models import GroupTask
from portal.access import MemberRequest, for_senders
from portal.forms.group_times import EditForm, RateForm
from portal.group_pages import find_task
from portal.refusals import refused_into, told

if TYPE_CHECKING:
    from common.errors import Sentence


@dataclass(frozen=True, slots=True)
class Question:
    """An operation that cannot be taken back: what is asked before, and said afterwards."""

    title: "Sentence"
    question: "Sentence"
    button: "Sentence"
    done: "Sentence"
    carry_out: Callable[..., Any]
    leads_to: str = "portal:group-detail"


CANCEL = Question(
    gettext_lazy("Cancel the task"),
    gettext_lazy("Nothing of this task will be sent. A canceled task cannot be started again."),
    gettext_lazy("Cancel the task"),
    gettext_lazy("The task was cancelled. Nothing was sent."),
    planning.cancel,
)
STOP = Question(
    gettext_lazy("Stop the task"),
    gettext_lazy(
        "What was handed over already goes on and is charged. The numbers that are left get "
        "nothing, and the task cannot be resumed."
    ),
    gettext_lazy("Stop for good"),
    gettext_lazy("The task was stopped. Its page says which rows were not sent."),
    control.stop,
)
DELETE = Question(
    gettext_lazy("Delete the task"),
    gettext_lazy("The task and its recipients are removed and cannot be brought back."),
    gettext_lazy("Delete"),
    gettext_lazy("The task was deleted."),
    planning.delete,
    leads_to="portal:group-list",
)


@for_senders
def cancel(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _asked(request, public_id, CANCEL)


@for_senders
def stop(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _asked(request, public_id, STOP)


@for_senders
def delete(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _asked(request, public_id, DELETE)


@require_POST
@for_senders
def pause(request: MemberRequest, public_id: UUID) -> HttpResponse:
    task = find_task(request.customer, public_id)
    with told(request, _("The task pauses. What was handed over already goes on.")):
        control.pause(task=task, actor=request.user)
    return redirect("portal:group-detail", public_id)


@require_POST
@for_senders
def resume(request: MemberRequest, public_id: UUID) -> HttpResponse:
    task = find_task(request.customer, public_id)
    with told(request, _("The task goes on where it stopped.")):
        control.resume(task=task, actor=request.user)
    return redirect("portal:group-detail", public_id)


@for_senders
def rate(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """How fast a task under way goes on."""
    task = find_task(request.customer, public_id)
    form = RateForm(request.POST or None, initial={"rate": task.rate})
    if request.method == "POST" and form.is_valid():
        with refused_into(form):
            editing.set_rate(task=task, rate=form.cleaned_data["rate"], actor=request.user)
            messages.success(request, _("The speed was changed."))
            return redirect("portal:group-detail", public_id)
    return _form_page(request, task, form, _("Change the speed"))


@for_senders
def edit(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Name, time and speed of a planned task."""
    task = find_task(request.customer, public_id)
    initial = {"name": task.name, "scheduled_at": task.scheduled_at, "rate": task.rate}
    form = EditForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refused_into(form):
            _change(task, form, request)
            messages.success(request, _("The task was changed."))
            return redirect("portal:group-detail", public_id)
    return _form_page(request, task, form, _("Change the task"))


def _change(task: GroupTask, form: EditForm, request: MemberRequest) -> None:
    """Change what differs, all of it or nothing."""
    wanted = form.cleaned_data
    actor = request.user
    with transaction.atomic():
        if "scheduled_at" in form.changed_data:
            editing.reschedule(task=task, scheduled_at=wanted["scheduled_at"], actor=actor)
        if "name" in form.changed_data:
            editing.rename(task=task, name=wanted["name"], actor=actor)
        if "rate" in form.changed_data:
            editing.set_rate(task=task, rate=wanted["rate"], actor=actor)


def _asked(request: MemberRequest, public_id: UUID, question: Question) -> HttpResponse:
    """Ask on GET; do it on POST, and tell what was done or why it was refused."""
    task = find_task(request.customer, public_id)
    if request.method != "POST":
        context = {"task": task, "asked": question}
        return render(request, "portal/groups/ask.html", context)
    try:
        question.carry_out(task=task, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("portal:group-detail", public_id)
    messages.success(request, str(question.done))
    if question.leads_to == "portal:group-list":
        return redirect(question.leads_to)
    return redirect(question.leads_to, public_id)


def _form_page(
    request: MemberRequest, task: GroupTask, form: EditForm | RateForm, heading: str
) -> HttpResponse:
    context = {"task": task, "form": form, "heading": heading}
    status = 422 if form.errors else 200
    return render(request, "portal/groups/edit.html", context, status=status)
