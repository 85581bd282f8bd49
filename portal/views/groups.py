"""Group SMS Assistant: upload, check, confirm, follow, cancel (spec console §9)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from common.errors import Refusal
from messaging.groups import planning, uploads
from messaging.groups.progress import progress_of
from messaging.groups.samples import sample_csv
from messaging.models import GroupTask
from portal.access import MemberRequest, for_members, for_senders
from portal.exports import problems_csv
from portal.filters import GroupTaskFilter
from portal.forms.groups import ConfirmForm, GroupTaskForm
from portal.refusals import refused_into
from portal.rendering import text_of_row
from portal.tables.groups import GroupProblemTable, GroupTaskTable
from reviews.models import Signature, Template

FIRST_ROWS = 3

State = GroupTask.State

STATE_PAGES = {
    State.CHECKING: "checking",
    State.CHECKED: "checked",
    State.PENDING: "pending",
    State.SUBMITTING: "sending",
    State.SUCCEEDED: "sending",
    State.FAILED: "failed",
    State.CANCELED: "canceled",
}
"""What the page of a task shows in each of its states: templates of `portal/groups/states`."""

MOVING = (State.CHECKING, State.PENDING, State.SUBMITTING)
"""States that a task leaves without anyone doing anything."""


@for_members
def index(request: MemberRequest) -> HttpResponse:
    own = GroupTask.objects.for_customer(request.customer).select_related("signature", "template")
    filtered = GroupTaskFilter(request.GET, own)
    table = GroupTaskTable(filtered.qs)
    RequestConfig(request, paginate={"per_page": 20}).configure(table)
    context = {"filter": filtered, "table": table, "can_create": _can_create(request)}
    return render(request, "portal/groups/list.html", context)


@for_senders
def create(request: MemberRequest) -> HttpResponse:
    form = GroupTaskForm(request.POST or None, request.FILES or None, customer=request.customer)
    if form.is_valid():
        with refused_into(form):
            values = form.cleaned_data
            upload = values.pop("file")
            task = uploads.create(
                customer=request.customer, **values, upload=upload, actor=request.user
            )
            return redirect("portal:group-detail", task.public_id)
    context = {
        "form": form,
        "template": form.chosen("template"),
        "can_create": _can_create(request),
    }
    status = 422 if form.errors else 200
    return render(request, "portal/groups/form.html", context, status=status)


@for_senders
def choices(request: MemberRequest) -> HttpResponse:
    """The signature and template fields that go with what is chosen now."""
    form = GroupTaskForm(initial=request.GET.dict(), customer=request.customer)
    context = {"form": form, "template": form.chosen("template")}
    return render(request, "portal/groups/choices.html", context)


@for_senders
def sample(request: MemberRequest, template_id: UUID) -> HttpResponse:
    """A file with the columns the template needs, to be written over."""
    usable = Template.objects.for_customer(request.customer).usable().select_related("version")
    template = get_object_or_404(usable, public_id=template_id)
    return HttpResponse(
        sample_csv(template),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="sample.csv"'},
    )


@for_members
def detail(request: MemberRequest, public_id: UUID) -> HttpResponse:
    task = _find(request, public_id)
    return _task_page(request, task, ConfirmForm())


@for_members
def state(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The part of the page that changes by itself while the task is checked or sent."""
    task = _find(request, public_id)
    context = _state_of(request, task, ConfirmForm())
    return render(request, "portal/groups/state.html", context)


@require_POST
@for_senders
def confirm(request: MemberRequest, public_id: UUID) -> HttpResponse:
    task = _find(request, public_id)
    form = ConfirmForm(request.POST)
    if form.is_valid():
        with refused_into(form):
            planning.confirm(task=task, scheduled_at=form.start, actor=request.user)
            return redirect("portal:group-detail", public_id)
    return _task_page(request, task, form)


@require_POST
@for_senders
def cancel(request: MemberRequest, public_id: UUID) -> HttpResponse:
    try:
        planning.cancel(task=_find(request, public_id), actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The task was cancelled. Nothing was sent."))
    return redirect("portal:group-detail", public_id)


@for_members
def problems(request: MemberRequest, public_id: UUID) -> StreamingHttpResponse:
    """All rows that cannot be sent, to be corrected and uploaded again."""
    return problems_csv(_find(request, public_id), request.membership)


def _task_page(request: MemberRequest, task: GroupTask, form: ConfirmForm) -> HttpResponse:
    context = _state_of(request, task, form)
    status = 422 if form.errors else 200
    return render(request, "portal/groups/detail.html", context, status=status)


def _state_of(request: MemberRequest, task: GroupTask, form: ConfirmForm) -> dict[str, Any]:
    table = GroupProblemTable(task.problems.all())
    RequestConfig(request, paginate={"per_page": 20}).configure(table)
    progress = progress_of(task) if task.started_at else None
    first_rows = task.rows.order_by("position")[:FIRST_ROWS]
    is_undecided = progress is not None and progress.waiting + progress.sent > 0
    return {
        "task": task,
        "state_page": f"portal/groups/states/{STATE_PAGES[State(task.state)]}.html",
        "form": form,
        "problems": table,
        "progress": progress,
        "texts": [text_of_row(task, row) for row in first_rows],
        "is_changing": task.state in MOVING or is_undecided,
    }


def _can_create(request: MemberRequest) -> bool:
    usable = Signature.objects.for_customer(request.customer).usable()
    return usable.exists() and Template.objects.for_customer(request.customer).usable().exists()


def _find(request: MemberRequest, public_id: UUID) -> GroupTask:
    own = GroupTask.objects.for_customer(request.customer)
    related = ("application", "signature", "template__version", "customer", "created_by")
    return get_object_or_404(own.select_related(*related), public_id=public_id)
