"""Signed pushes: set, change and take away an application's push AK and push SK."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from common.peers import address_of
from customers.models import Application
from messaging.services.push_keys import (
    PushKeys,
    new_push_keys,
    remove_push_keys,
    set_push_keys,
)
from portal.access import MemberRequest, for_managers
from portal.forms.push_keys import PushKeysForm
from portal.refusals import refused_into


@never_cache
@sensitive_post_parameters("push_sk")
@sensitive_variables("keys", "form")
@for_managers
def page(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Take keys, or make them; then show both, this one time."""
    application = _find(request, public_id)
    form = PushKeysForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"application": application, "form": form}
    if form.is_valid():
        typed = PushKeys(form.cleaned_data["push_ak"], form.cleaned_data["push_sk"])
        keys = new_push_keys() if form.wants_generated else typed
        with refused_into(form):
            set_push_keys(
                application=application,
                keys=keys,
                actor=request.user,
                ip_address=address_of(request),
            )
            return render(
                request, "portal/applications/new_push_keys.html", context | {"keys": keys}
            )
    status = 422 if form.errors else 200
    return render(request, "portal/applications/push_keys.html", context, status=status)


@require_POST
@for_managers
def remove(request: MemberRequest, public_id: UUID) -> HttpResponse:
    application = _find(request, public_id)
    remove_push_keys(application=application, actor=request.user, ip_address=address_of(request))
    messages.success(request, _("Pushes are no longer signed, and the keys are gone."))
    return redirect("portal:application-detail", public_id)


def _find(request: MemberRequest, public_id: UUID) -> Application:
    return get_object_or_404(
        Application.objects.for_customer(request.customer), public_id=public_id
    )
