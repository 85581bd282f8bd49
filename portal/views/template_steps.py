"""What is done with templates that exist: submit, withdraw, rename, delete … (console §8.4)."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.peers import address_of
from portal.access import MemberRequest, for_managers
from portal.forms.templates import RenameForm
from portal.refusals import refused_into, told
from portal.urging import urge_case
from reviews.models import Template
from reviews.services import deleting, templates

from .templates import find


@require_POST
@for_managers
def submit(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _step(request, public_id, templates.submit, _("The template was submitted for review."))


@require_POST
@for_managers
def withdraw(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _step(request, public_id, templates.withdraw, _("The template was withdrawn."))


@require_POST
@for_managers
def disable(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _step(request, public_id, templates.disable, _("The template was disabled."))


@require_POST
@for_managers
def urge(request: MemberRequest, public_id: UUID) -> HttpResponse:
    urge_case(request, find(request, public_id))
    return redirect("portal:template-detail", public_id)


@for_managers
def rename(request: MemberRequest, public_id: UUID) -> HttpResponse:
    template = find(request, public_id)
    if request.method == "GET" and not template.can_rename:
        messages.error(request, _("Only an approved template is renamed; change the others."))
        return redirect("portal:template-detail", public_id)
    form = RenameForm(request.POST or None, initial={"name": template.name})
    if form.is_valid():
        with refused_into(form):
            templates.rename(
                template=template,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The template was renamed."))
            return redirect("portal:template-detail", public_id)
    context = {"template": template, "form": form}
    status = 422 if form.errors else 200
    return render(request, "portal/templates/rename.html", context, status=status)


@for_managers
def delete(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Say what it means, then delete it."""
    template = find(request, public_id)
    if request.method != "POST":
        return _confirmation(request, [template])
    return _delete(request, [template])


@require_POST
@for_managers
def delete_many(request: MemberRequest) -> HttpResponse:
    """Say what deleting the chosen templates means; sent again, with `confirmed`, delete them."""
    chosen = _chosen(request)
    if not chosen:
        messages.error(request, _("No template was chosen. Tick those that are to be deleted."))
        return redirect("portal:template-list")
    if len(chosen) > deleting.MOST_AT_ONCE or "confirmed" in request.POST:
        return _delete(request, chosen)
    return _confirmation(request, chosen)


def _step(
    request: MemberRequest, public_id: UUID, service: Callable[..., Template], done: str
) -> HttpResponse:
    template = find(request, public_id)
    with told(request, done):
        service(template=template, actor=request.user, ip_address=address_of(request))
    return redirect("portal:template-detail", public_id)


def _chosen(request: MemberRequest) -> list[Template]:
    own = Template.objects.for_customer(request.customer).select_related("signature")
    try:
        return list(own.filter(public_id__in=request.POST.getlist("template")))
    except ValidationError:
        return []


def _confirmation(request: MemberRequest, chosen: list[Template]) -> HttpResponse:
    context = {
        "chosen": chosen,
        "usable": [template for template in chosen if template.is_usable],
        "pending": [template for template in chosen if not template.can_delete],
    }
    return render(request, "portal/templates/delete.html", context)


def _delete(request: MemberRequest, chosen: list[Template]) -> HttpResponse:
    done = _("Deleted: %(names)s.") % {"names": ", ".join(each.name for each in chosen)}
    with told(request, done):
        deleting.delete_templates(
            templates=chosen, actor=request.user, ip_address=address_of(request)
        )
    return redirect("portal:template-list")
