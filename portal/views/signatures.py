"""Signatures: list, apply, follow the review, change a rejected one (spec console §7)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from customers.models import Application
from portal.access import MemberRequest, address_of, for_managers, for_members
from portal.filters import SignatureFilter
from portal.forms.signatures import SignatureChangeForm, SignatureForm
from portal.history import history_of, latest_rejection, open_case, with_review_comment
from portal.refusals import refused_into
from portal.tables.signatures import SignatureTable
from reviews.models import Signature, Submission
from reviews.models.kinds import MessageType
from reviews.services import signatures
from reviews.services.rules import signature_findings

KIND = Submission.Kind.SIGNATURE


@for_members
def index(request: MemberRequest) -> HttpResponse:
    own = Signature.objects.for_customer(request.customer).select_related("application")
    filtered = SignatureFilter(request.GET, with_review_comment(own, KIND))
    table = SignatureTable(filtered.qs)
    RequestConfig(request, paginate={"per_page": 20}).configure(table)
    context = {
        "filter": filtered,
        "table": table,
        "has_applications": Application.objects.for_customer(request.customer).exists(),
    }
    return render(request, "portal/signatures/list.html", context)


@for_managers
def create(request: MemberRequest) -> HttpResponse:
    form = SignatureForm(request.POST or None, customer=request.customer)
    if form.is_valid():
        with refused_into(form):
            signature = signatures.apply(
                **form.cleaned_data, actor=request.user, ip_address=address_of(request)
            )
            messages.success(request, _("The signature was submitted for review."))
            return redirect("portal:signature-detail", signature.public_id)
    return _form_page(request, form, None)


@for_members
def detail(request: MemberRequest, public_id: UUID) -> HttpResponse:
    signature = _find(request, public_id)
    events = history_of(signature, KIND)
    context = {
        "signature": signature,
        "events": events,
        "case": open_case(signature, KIND),
        "rejection": latest_rejection(events) if signature.can_modify else None,
    }
    return render(request, "portal/signatures/detail.html", context)


@for_managers
def edit(request: MemberRequest, public_id: UUID) -> HttpResponse:
    signature = _find(request, public_id)
    if not signature.can_modify:
        raise PermissionDenied(_("Only a rejected signature can be changed."))
    form = SignatureChangeForm(request.POST or None, signature=signature)
    if form.is_valid():
        with refused_into(form):
            signatures.resubmit(
                signature=signature,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The signature was submitted for review again."))
            return redirect("portal:signature-detail", public_id)
    return _form_page(request, form, signature)


@require_POST
@for_managers
def preview(request: MemberRequest) -> HttpResponse:
    """What the phone will show and what the automatic checks say, while the name is typed."""
    return render(request, "portal/signatures/preview.html", _preview(request.POST))


def _preview(data: Mapping[str, Any]) -> dict[str, object]:
    name = data.get("name", "").strip()
    type_ = data.get("type", MessageType.NOTIFICATION)
    return {"name": name, "findings": signature_findings(name, type_) if name else []}


def _form_page(
    request: MemberRequest, form: SignatureForm, signature: Signature | None
) -> HttpResponse:
    typed = form.data if form.is_bound else form.initial
    context = {
        "form": form,
        "signature": signature,
        "has_applications": Application.objects.for_customer(request.customer).exists(),
        **_preview(typed),
    }
    status = 422 if form.errors else 200
    return render(request, "portal/signatures/form.html", context, status=status)


def _find(request: MemberRequest, public_id: UUID) -> Signature:
    own = Signature.objects.for_customer(request.customer).select_related("application")
    return get_object_or_404(own, public_id=public_id)
