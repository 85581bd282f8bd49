"""Signatures: list, apply, follow the review, change a rejected one (spec console §7)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from common.peers import address_of
from customers.models import Application
from portal.access import MemberRequest, for_managers, for_members
from portal.filters import SignatureFilter
from portal.forms.papers import uploads_of
from portal.forms.signatures import SignatureChangeForm, SignatureForm
from portal.history import with_due_time, with_review_comment
from portal.refusals import refused_into
from portal.standing import standing_of
from portal.tables.signatures import SignatureTable
from reviews.models import Signature, Submission
from reviews.models.kinds import MessageType
from reviews.services import signatures
from reviews.services.rules import Finding, signature_findings

KINDS = (Submission.Kind.SIGNATURE, Submission.Kind.ACTIVATION, Submission.Kind.SUPPLEMENT)
"""The kinds of cases that are about signatures."""


@for_members
def index(request: MemberRequest) -> HttpResponse:
    own = Signature.objects.for_customer(request.customer)
    own = own.select_related("application", "qualification")
    told_of = with_due_time(with_review_comment(own, *KINDS), *KINDS)
    filtered = SignatureFilter(request.GET, told_of, request=request)
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
    form = SignatureForm(request.POST or None, request.FILES or None, customer=request.customer)
    if form.is_valid():
        with refused_into(form):
            signature = signatures.apply(
                **_values(form), actor=request.user, ip_address=address_of(request)
            )
            messages.success(request, _("The signature was submitted for review."))
            return redirect("portal:signature-detail", signature.public_id)
    return _form_page(request, form, None)


@for_members
def detail(request: MemberRequest, public_id: UUID) -> HttpResponse:
    signature = find(request, public_id)
    context = {
        "signature": signature,
        "standing": standing_of(signature),
        "filings": signature.filings.all(),
    }
    return render(request, "portal/signatures/detail.html", context)


@for_managers
def edit(request: MemberRequest, public_id: UUID) -> HttpResponse:
    signature = find(request, public_id)
    if request.method == "GET" and not signature.can_modify:
        messages.error(request, _("Only a rejected signature can be changed."))
        return redirect("portal:signature-detail", public_id)
    form = SignatureChangeForm(request.POST or None, request.FILES or None, signature=signature)
    if form.is_valid():
        with refused_into(form):
            signatures.resubmit(
                signature=signature,
                **_values(form),
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The signature was submitted for review again."))
            return redirect("portal:signature-detail", public_id)
    return _form_page(request, form, signature)


@require_POST
@for_managers
def fields(request: MemberRequest) -> HttpResponse:
    """What is asked only for the source and the owner that are chosen now."""
    form = SignatureForm(initial=request.POST.dict(), customer=request.customer)
    return render(request, "portal/signatures/fields.html", {"form": form})


@require_POST
@for_managers
def preview(request: MemberRequest) -> HttpResponse:
    """What the phone will show and what the automatic checks say, while the name is typed."""
    changed = _changed(request)
    context = _preview(request, request.POST, changed)
    return render(request, "portal/signatures/preview.html", context)


def find(request: MemberRequest, public_id: UUID) -> Signature:
    """A signature of the customer, or 404."""
    own = Signature.objects.for_customer(request.customer)
    signature: Signature = get_object_or_404(
        own.select_related("application", "qualification", "customer"), public_id=public_id
    )
    return signature


def _values(form: SignatureForm) -> dict[str, Any]:
    values = {name: value for name, value in form.cleaned_data.items() if name != "paper"}
    return values | {"uploads": uploads_of(form)}


def _changed(request: MemberRequest) -> Signature | None:
    """The signature that is being changed, as the form says; none for a new one."""
    own = Signature.objects.for_customer(request.customer)
    signature: Signature | None
    try:
        signature = own.filter(public_id=request.POST.get("changing") or None).first()
    except ValidationError:
        return None
    return signature


def _preview(
    request: MemberRequest, data: Mapping[str, Any], changed: Signature | None
) -> dict[str, object]:
    name = data.get("name", "").strip()
    type_ = data.get("type", MessageType.NOTIFICATION)
    found: list[Finding] = []
    if name:
        found = signature_findings(name, type_, customer=request.customer, signature=changed)
    return {"name": name, "findings": found}


def _form_page(
    request: MemberRequest, form: SignatureForm, signature: Signature | None
) -> HttpResponse:
    typed = form.data if form.is_bound else form.initial
    context = {
        "form": form,
        "signature": signature,
        "has_applications": Application.objects.for_customer(request.customer).exists(),
        **_preview(request, typed, signature),
    }
    status = 422 if form.errors else 200
    return render(request, "portal/signatures/form.html", context, status=status)
