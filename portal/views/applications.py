"""Applications: list, create, look at, change, and show the secret (spec console §5)."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from common.clock import now
from common.peers import address_of
from customers.models import Application
from customers.services import audit
from customers.services.applications import create_application, reset_secret, update_application
from portal.access import MemberRequest, for_managers, for_members, unconfirmed
from portal.forms.applications import ApplicationForm, NewApplicationForm, SecretResetForm
from portal.refusals import refused_into
from portal.tables.applications import ApplicationTable
from reviews.services.test_objects import create_test_objects


@for_members
def index(request: MemberRequest) -> HttpResponse:
    applications = Application.objects.for_customer(request.customer)
    context = {
        "applications": applications,
        "table": ApplicationTable(applications),
        "has_room": len(applications) < settings.SMS_APPLICATION_QUOTA,
    }
    return render(request, "portal/applications/list.html", context)


@for_managers
def create(request: MemberRequest) -> HttpResponse:
    form = NewApplicationForm(request.POST or None)
    if form.is_valid():
        with refused_into(form), transaction.atomic():
            wants_test = form.cleaned_data.pop("makes_test_objects")
            application = create_application(
                customer=request.customer,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            if wants_test:
                create_test_objects(
                    application=application,
                    actor=request.user,
                    ip_address=address_of(request),
                )
            messages.success(request, _("The application was created."))
            return redirect("portal:application-detail", application.public_id)
    context = {"form": form, "used": Application.objects.for_customer(request.customer).count()}
    return _form_page(request, form, context)


@for_members
def detail(request: MemberRequest, public_id: UUID) -> HttpResponse:
    application = _find(request, public_id)
    context = {"application": application, "base_url": settings.SMS_BASE_URL, "now": now()}
    return render(request, "portal/applications/detail.html", context)


@for_managers
def edit(request: MemberRequest, public_id: UUID) -> HttpResponse:
    application = _find(request, public_id)
    initial = {name: getattr(application, name) for name in ApplicationForm.base_fields}
    form = ApplicationForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refused_into(form):
            update_application(
                application=application,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The application was changed."))
            return redirect("portal:application-detail", public_id)
    return _form_page(request, form, {"form": form, "application": application})


@require_POST
@never_cache
@for_managers
@sensitive_variables("application")
def secret(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Answer with the secret in clear; who looked, when and from where is audited."""
    application = _find(request, public_id)
    if question := unconfirmed(request, _page_of(application)):
        return question
    audit.record(
        verb="view_secret",
        object_type="application",
        object_id=application.pk,
        object_name=application.name,
        actor=request.user,
        customer=request.customer,
        ip_address=address_of(request),
    )
    context = {
        "application": application,
        "is_shown": True,
        "base_url": settings.SMS_BASE_URL,
        "now": now(),
    }
    page = "portal/applications/detail.html"
    return render(request, f"{page}#secret" if request.htmx else page, context)


@never_cache
@for_managers
@sensitive_variables("application")
def reset(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Ask how the old secret shall end; then show the new one, this one time."""
    application = _find(request, public_id)
    if question := unconfirmed(request, request.path):
        return question
    form = SecretResetForm(request.POST or None, initial={"replaces": _fingerprint(application)})
    context = {"application": application, "form": form}
    if form.is_valid():
        if not constant_time_compare(form.cleaned_data["replaces"], _fingerprint(application)):
            messages.error(request, _("The secret was reset already. Nothing was changed now."))
            return redirect("portal:application-detail", public_id)
        with refused_into(form):
            context["application"] = reset_secret(
                application=application,
                keeps_old=form.cleaned_data["ending"] == "keep",
                actor=request.user,
                ip_address=address_of(request),
            )
            return render(request, "portal/applications/new_secret.html", context)
    status = 422 if form.errors else 200
    return render(request, "portal/applications/reset.html", context, status=status)


def _page_of(application: Application) -> str:
    return reverse("portal:application-detail", args=[application.public_id])


def _fingerprint(application: Application) -> str:
    return salted_hmac("portal.secret_reset", application.app_secret).hexdigest()


def _find(request: MemberRequest, public_id: UUID) -> Application:
    return get_object_or_404(
        Application.objects.for_customer(request.customer), public_id=public_id
    )


def _form_page(
    request: MemberRequest, form: ApplicationForm, context: dict[str, object]
) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "portal/applications/form.html", context, status=status)
