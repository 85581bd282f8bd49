"""Templates: list, apply with a live preview, follow the review, change (spec console §8)."""

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
from portal.drafts import ATTRIBUTES
from portal.filters import TemplateFilter
from portal.forms.templates import TemplateChangeForm, TemplateForm
from portal.history import with_due_time, with_review_comment
from portal.refusals import refused_into
from portal.standing import standing_of
from portal.tables.templates import TemplateTable
from reviews.models import Submission, Template
from reviews.services import templates
from reviews.services.deleting import MOST_AT_ONCE

KIND = Submission.Kind.TEMPLATE


@for_members
def index(request: MemberRequest) -> HttpResponse:
    own = Template.objects.for_customer(request.customer)
    own = own.select_related("application", "signature")
    told_of = with_due_time(with_review_comment(own, KIND), KIND)
    filtered = TemplateFilter(request.GET, told_of, request=request)
    table = TemplateTable(filtered.qs, may_choose=request.membership.can_manage)
    RequestConfig(request, paginate={"per_page": 20}).configure(table)
    context = {
        "filter": filtered,
        "table": table,
        "most_at_once": MOST_AT_ONCE,
        "has_applications": Application.objects.for_customer(request.customer).exists(),
    }
    return render(request, "portal/templates/list.html", context)


@for_managers
def create(request: MemberRequest) -> HttpResponse:
    form = TemplateForm(request.POST or None, customer=request.customer)
    if form.is_valid():
        with refused_into(form):
            template = templates.apply(
                **form.cleaned_data, actor=request.user, ip_address=address_of(request)
            )
            messages.success(request, _("The template was submitted for review."))
            return redirect("portal:template-detail", template.public_id)
    return _form_page(request, form, None)


@for_members
def detail(request: MemberRequest, public_id: UUID) -> HttpResponse:
    template = find(request, public_id)
    context = {
        "template": template,
        "typed": TemplateChangeForm(template=template).typed,
        "standing": standing_of(template),
        "versions": template.versions.order_by("-number"),
    }
    return render(request, "portal/templates/detail.html", context)


@for_managers
def edit(request: MemberRequest, public_id: UUID) -> HttpResponse:
    template = find(request, public_id)
    if request.method == "GET" and not template.can_modify:
        messages.error(
            request,
            _("Disable an approved template, or withdraw a pending one, before changing it."),
        )
        return redirect("portal:template-detail", public_id)
    form = TemplateChangeForm(request.POST or None, template=template)
    if form.is_valid():
        with refused_into(form):
            templates.resubmit(
                template=template,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The template was submitted for review again."))
            return redirect("portal:template-detail", public_id)
    return _form_page(request, form, template)


@require_POST
@for_managers
def signature_choices(request: MemberRequest) -> HttpResponse:
    """The signature field for the type and application chosen now."""
    return _typed_partial(request, "portal/templates/signature_field.html")


@require_POST
@for_managers
def variables(request: MemberRequest) -> HttpResponse:
    """One line per variable that stands in the text now, keeping what was chosen."""
    return _typed_partial(request, "portal/templates/variables.html")


@require_POST
@for_managers
def preview(request: MemberRequest) -> HttpResponse:
    """The message as the phone will show it, its greatest length, and what the checks say."""
    return _typed_partial(request, "portal/templates/preview.html")


def find(request: MemberRequest, public_id: UUID) -> Template:
    """A template of the customer, or 404."""
    own = Template.objects.for_customer(request.customer)
    template: Template = get_object_or_404(
        own.select_related("application", "signature", "version", "customer"),
        public_id=public_id,
    )
    return template


def _typed_partial(request: MemberRequest, page: str) -> HttpResponse:
    """A part of the form for what is typed now; the form says which template it changes."""
    form = TemplateForm(request.POST, customer=request.customer)
    form.changed = _changed(request)
    context = {"form": form, "typed": form.typed, "attributes": ATTRIBUTES}
    return render(request, page, context)


def _changed(request: MemberRequest) -> Template | None:
    own = Template.objects.for_customer(request.customer)
    template: Template | None
    try:
        template = own.filter(public_id=request.POST.get("changing") or None).first()
    except ValidationError:
        return None
    return template


def _form_page(
    request: MemberRequest, form: TemplateForm, template: Template | None
) -> HttpResponse:
    context = {
        "form": form,
        "typed": form.typed,
        "template": template,
        "attributes": ATTRIBUTES,
        "has_applications": Application.objects.for_customer(request.customer).exists(),
    }
    status = 422 if form.errors else 200
    return render(request, "portal/templates/form.html", context, status=status)
