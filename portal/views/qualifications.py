"""Qualifications: list, file, follow the review, change, withdraw, delete (spec console §6)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST
from django_tables2 import RequestConfig

from common.peers import address_of
from portal.access import MemberRequest, for_managers, for_members
from portal.filters import QualificationFilter
from portal.forms.papers import uploads_of
from portal.forms.qualifications import QualificationChangeForm, QualificationForm
from portal.history import with_due_time, with_review_comment
from portal.refusals import refused_into, told
from portal.standing import standing_of
from portal.tables.qualifications import QualificationTable
from portal.urging import urge_case
from reviews.models import Qualification, Submission
from reviews.services import qualifications

_SECRET = sensitive_post_parameters(
    "legal_person_id_number", "administrator_id_number", "administrator_mobile"
)

KIND = Submission.Kind.QUALIFICATION


@for_members
def index(request: MemberRequest) -> HttpResponse:
    own = Qualification.objects.for_customer(request.customer)
    told_of = with_due_time(with_review_comment(own, KIND), KIND)
    filtered = QualificationFilter(request.GET, told_of)
    table = QualificationTable(filtered.qs)
    RequestConfig(request, paginate={"per_page": 20}).configure(table)
    context = {"filter": filtered, "table": table}
    return render(request, "portal/qualifications/list.html", context)


@_SECRET
@for_managers
def create(request: MemberRequest) -> HttpResponse:
    form = QualificationForm(
        request.POST or None,
        request.FILES or None,
        customer=request.customer,
        initial=request.GET.dict(),
    )
    if form.is_valid():
        with refused_into(form):
            qualification = qualifications.apply(
                customer=request.customer,
                details=form.details,
                uploads=uploads_of(form),
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The qualification was submitted for review."))
            return redirect("portal:qualification-detail", qualification.public_id)
    return _form_page(request, form, None)


@require_GET
@for_managers
def fields(request: MemberRequest) -> HttpResponse:
    """What is asked only for the purpose that is chosen now."""
    form = QualificationForm(initial=request.GET.dict(), customer=request.customer)
    return render(request, "portal/qualifications/purpose.html", {"form": form})


@require_GET
@for_managers
def letter(request: MemberRequest) -> HttpResponse:
    """The letter of authorization to be printed, signed and sealed (spec console §6.2)."""
    return render(request, "portal/qualifications/letter.html")


@for_members
def detail(request: MemberRequest, public_id: UUID) -> HttpResponse:
    qualification = _find(request, public_id)
    context = {
        "qualification": qualification,
        "standing": standing_of(qualification),
        "signatures": qualification.signatures.all(),
    }
    return render(request, "portal/qualifications/detail.html", context)


@_SECRET
@for_managers
def edit(request: MemberRequest, public_id: UUID) -> HttpResponse:
    qualification = _find(request, public_id)
    if request.method == "GET" and not qualification.can_modify:
        messages.error(request, _("Only a rejected or withdrawn qualification can be changed."))
        return redirect("portal:qualification-detail", public_id)
    form = QualificationChangeForm(
        request.POST or None, request.FILES or None, qualification=qualification
    )
    if form.is_valid():
        with refused_into(form):
            qualifications.resubmit(
                qualification=qualification,
                details=form.details,
                uploads=uploads_of(form),
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The qualification was submitted for review again."))
            return redirect("portal:qualification-detail", public_id)
    return _form_page(request, form, qualification)


@require_POST
@for_managers
def withdraw(request: MemberRequest, public_id: UUID) -> HttpResponse:
    qualification = _find(request, public_id)
    with told(request, _("The qualification was withdrawn.")):
        qualifications.withdraw(
            qualification=qualification, actor=request.user, ip_address=address_of(request)
        )
    return redirect("portal:qualification-detail", public_id)


@require_POST
@for_managers
def urge(request: MemberRequest, public_id: UUID) -> HttpResponse:
    urge_case(request, _find(request, public_id))
    return redirect("portal:qualification-detail", public_id)


@for_managers
def delete(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Say what goes with it, then delete it."""
    qualification = _find(request, public_id)
    if request.method != "POST":
        context = {
            "qualification": qualification,
            "signatures": qualification.signatures.all(),
        }
        return render(request, "portal/qualifications/delete.html", context)
    with told(request, _("The qualification and its papers were deleted.")):
        qualifications.delete(
            qualification=qualification, actor=request.user, ip_address=address_of(request)
        )
        return redirect("portal:qualification-list")
    return redirect("portal:qualification-detail", public_id)


def _form_page(
    request: MemberRequest, form: QualificationForm, qualification: Qualification | None
) -> HttpResponse:
    context = {"form": form, "qualification": qualification}
    status = 422 if form.errors else 200
    return render(request, "portal/qualifications/form.html", context, status=status)


def _find(request: MemberRequest, public_id: UUID) -> Qualification:
    own = Qualification.objects.for_customer(request.customer).select_related("customer")
    qualification: Qualification = get_object_or_404(own, public_id=public_id)
    return qualification
