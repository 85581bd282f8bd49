"""Templates: list, apply with a live preview, follow the review, change (spec console §8)."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from common.errors import Refusal
from customers.models import Application
from portal.access import MemberRequest, address_of, for_managers, for_members
from portal.drafts import ATTRIBUTES
from portal.filters import TemplateFilter
from portal.forms.templates import TemplateChangeForm, TemplateForm
from portal.history import history_of, latest_rejection, open_case, with_review_comment
from portal.refusals import refused_into
from portal.tables.templates import TemplateTable
from reviews.models import Submission, Template
from reviews.services import templates

KIND = Submission.Kind.TEMPLATE


@for_members
def index(request: MemberRequest) -> HttpResponse:
    own = Template.objects.for_customer(request.customer).select_related("signature")
    filtered = TemplateFilter(request.GET, with_review_comment(own, KIND))
    table = TemplateTable(filtered.qs)
    RequestConfig(request, paginate={"per_page": 20}).configure(table)
    context = {
        "filter": filtered,
        "table": table,
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
    template = _find(request, public_id)
    events = history_of(template, KIND)
    context = {
        "template": template,
        "typed": TemplateChangeForm(template=template).typed,
        "attributes": ATTRIBUTES,
        "events": events,
        "case": open_case(template, KIND),
        "rejection": latest_rejection(events) if template.can_modify else None,
    }
    return render(request, "portal/templates/detail.html", context)


@for_managers
def edit(request: MemberRequest, public_id: UUID) -> HttpResponse:
    template = _find(request, public_id)
    if not template.can_modify:
        raise PermissionDenied(
            _("Disable an approved template, or withdraw a pending one, before changing it.")
        )
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
def withdraw(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _step(request, public_id, templates.withdraw, _("The template was withdrawn."))


@require_POST
@for_managers
def disable(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _step(request, public_id, templates.disable, _("The template was disabled."))


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
    """The message as the phone will show it, its length, and what the checks say."""
    return _typed_partial(request, "portal/templates/preview.html")


def _typed_partial(request: MemberRequest, page: str) -> HttpResponse:
    """A part of the form for what is typed now; a template's own page says which one it is."""
    form = TemplateForm(request.POST, customer=request.customer)
    context = {"form": form, "typed": form.typed, "attributes": ATTRIBUTES}
    return render(request, page, context)


def _step(
    request: MemberRequest, public_id: UUID, service: Callable[..., Template], done: str
) -> HttpResponse:
    template = _find(request, public_id)
    try:
        service(template=template, actor=request.user, ip_address=address_of(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("portal:template-detail", public_id)


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


def _find(request: MemberRequest, public_id: UUID) -> Template:
    own = Template.objects.for_customer(request.customer)
    return get_object_or_404(
        own.select_related("application", "signature", "version", "customer"),
        public_id=public_id,
    )
