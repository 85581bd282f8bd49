"""What is done with a signature that exists: urge, activate, supplement, delete (console §7.5)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.peers import address_of
from portal.access import MemberRequest, for_managers
from portal.forms.signatures import ActivationForm, SupplementForm
from portal.refusals import refused_into, told
from portal.urging import urge_case
from reviews.models import Signature
from reviews.services import deleting, signature_life

from .signatures import find


@require_POST
@for_managers
def urge(request: MemberRequest, public_id: UUID) -> HttpResponse:
    urge_case(request, find(request, public_id))
    return redirect("portal:signature-detail", public_id)


@for_managers
def activate(request: MemberRequest, public_id: UUID) -> HttpResponse:
    signature = find(request, public_id)
    if request.method == "GET" and not signature.can_activate:
        messages.error(request, _("This signature is not out of use; nothing is to be activated."))
        return redirect("portal:signature-detail", public_id)
    form = ActivationForm(request.POST or None)
    if form.is_valid():
        with refused_into(form):
            signature_life.activate(
                signature=signature,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The activation was submitted for review."))
            return redirect("portal:signature-detail", public_id)
    return _page(request, "activate", signature, form)


@for_managers
def supplement(request: MemberRequest, public_id: UUID) -> HttpResponse:
    signature = find(request, public_id)
    if request.method == "GET" and not signature.can_supplement:
        messages.error(request, _("This signature needs no further qualification now."))
        return redirect("portal:signature-detail", public_id)
    form = SupplementForm(request.POST or None, signature=signature)
    if form.is_valid():
        with refused_into(form):
            signature_life.supplement(
                signature=signature,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The qualification was submitted for review."))
            return redirect("portal:signature-detail", public_id)
    return _page(request, "supplement", signature, form)


@for_managers
def delete(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Say what goes with it, then delete it."""
    signature = find(request, public_id)
    if request.method != "POST":
        context = {
            "signature": signature,
            "consequences": deleting.consequences_of_deleting(signature),
        }
        return render(request, "portal/signatures/delete.html", context)
    with told(request, _("The signature was deleted.")):
        deleting.delete_signature(
            signature=signature, actor=request.user, ip_address=address_of(request)
        )
    return redirect("portal:signature-list")


def _page(request: MemberRequest, name: str, signature: Signature, form: Any) -> HttpResponse:
    context = {"signature": signature, "form": form}
    status = 422 if form.errors else 200
    return render(request, f"portal/signatures/{name}.html", context, status=status)
