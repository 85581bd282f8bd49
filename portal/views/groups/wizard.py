"""Creating a group task: the message, then its recipients (spec console §9.2)."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from messaging.groups import editing, uploads
from portal import group_drafts, group_steps
from portal.access import MemberRequest, for_senders
from portal.forms.groups import GroupMessageForm, RecipientsForm
from portal.group_drafts import Draft
from portal.group_pages import can_create, find_task
from portal.refusals import refused_into
from portal.rendering import text_with_examples


@for_senders
def create(request: MemberRequest) -> HttpResponse:
    """Begin a draft; what was begun earlier in this session is offered, too."""
    if not can_create(request.customer):
        return render(request, "portal/groups/not_ready_page.html")
    form = GroupMessageForm(customer=request.customer)
    return _message_page(request, uuid4(), form, unfinished=group_drafts.latest(request))


@for_senders
def copy(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Begin a draft with everything of a task but its recipients (console §9.3)."""
    key = uuid4()
    group_drafts.begin_from(request, key, find_task(request.customer, public_id))
    return redirect("portal:group-draft", key)


@for_senders
def draft(request: MemberRequest, key: UUID) -> HttpResponse:
    """Name, application, signature and template of a draft."""
    kept = group_drafts.find(request, key)
    initial = dict(kept.values) if kept else None
    form = GroupMessageForm(request.POST or None, initial=initial, customer=request.customer)
    if request.method == "POST":
        group_drafts.keep(request, key, request.POST)
    if form.is_valid():
        return redirect("portal:group-recipients", key)
    return _message_page(request, key, form)


@require_POST
@for_senders
def discard(request: MemberRequest, key: UUID) -> HttpResponse:
    group_drafts.forget(request, key)
    return redirect("portal:group-list")


@require_POST
@for_senders
def choices(request: MemberRequest, key: UUID) -> HttpResponse:
    """Keep what is typed; answer with the fields that go with what is chosen now."""
    group_drafts.keep(request, key, request.POST)
    form = GroupMessageForm(initial=request.POST.dict(), customer=request.customer)
    context = {"form": form, "template": form.chosen("template")}
    return render(request, "portal/groups/wizard/choices.html", context)


@for_senders
def recipients(request: MemberRequest, key: UUID) -> HttpResponse:
    """The recipients of a draft: with them the task begins to exist, and is checked."""
    kept = group_drafts.find(request, key)
    if kept is None:
        return redirect("portal:group-create")
    message = GroupMessageForm(dict(kept.values), customer=request.customer)
    if not message.is_valid():
        return redirect("portal:group-draft", key)
    form = RecipientsForm(request.POST or None, request.FILES or None, customer=request.customer)
    if form.is_valid():
        with refused_into(form):
            task = uploads.create(
                customer=request.customer,
                **message.cleaned_data,
                recipients=form.recipients,
                actor=request.user,
            )
            group_drafts.forget(request, key)
            return redirect("portal:group-detail", task.public_id)
    back = reverse("portal:group-draft", args=[key])
    return _recipients_page(request, form, message.cleaned_data, back=back)


@for_senders
def replace(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Other recipients for a task that was checked or planned, or whose file could not be read."""
    task = find_task(request.customer, public_id)
    form = RecipientsForm(request.POST or None, request.FILES or None, customer=request.customer)
    if form.is_valid():
        with refused_into(form):
            editing.replace_recipients(task=task, recipients=form.recipients, actor=request.user)
            return redirect("portal:group-detail", public_id)
    back = reverse("portal:group-detail", args=[public_id])
    chosen = {"name": task.name, "signature": task.signature, "template": task.template}
    return _recipients_page(request, form, chosen, back=back, replaced=task.file_name)


def _message_page(
    request: MemberRequest,
    key: UUID,
    form: GroupMessageForm,
    *,
    unfinished: Draft | None = None,
) -> HttpResponse:
    context = {
        "heading": _("Create task"),
        "lead": _("Nothing is sent before you have seen the check and confirmed."),
        "steps": group_steps.steps("message"),
        "key": key,
        "form": form,
        "template": form.chosen("template"),
        "unfinished": unfinished,
    }
    status = 422 if form.errors else 200
    return render(request, "portal/groups/wizard/message.html", context, status=status)


def _recipients_page(
    request: MemberRequest,
    form: RecipientsForm,
    chosen: dict[str, Any],
    *,
    back: str,
    replaced: str = "",
) -> HttpResponse:
    context = {
        "heading": _("Recipients"),
        "lead": _("They are checked first. You see the result, and only then confirm."),
        "steps": group_steps.steps("recipients", urls={} if replaced else {"message": back}),
        "form": form,
        "chosen": chosen,
        "template": chosen["template"],
        "text": text_with_examples(chosen["template"], chosen["signature"].name),
        "back": back,
        "replaced": replaced,
    }
    status = 422 if form.errors else 200
    return render(request, "portal/groups/wizard/recipients.html", context, status=status)
