"""A customer's own pause of an application (spec console §5.2)."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.peers import address_of
from customers.models import Application
from customers.services import enforcement
from portal.access import MemberRequest, for_managers
from portal.refusals import told


@require_POST
@for_managers
def pause(request: MemberRequest, public_id: UUID) -> HttpResponse:
    with told(request, _("The application is suspended: calls with its key are refused.")):
        enforcement.pause_application(
            application=_find(request, public_id),
            actor=request.user,
            ip_address=address_of(request),
        )
    return redirect("portal:application-detail", public_id)


@require_POST
@for_managers
def resume(request: MemberRequest, public_id: UUID) -> HttpResponse:
    with told(request, _("The application sends again.")):
        enforcement.resume_application(
            application=_find(request, public_id),
            actor=request.user,
            ip_address=address_of(request),
        )
    return redirect("portal:application-detail", public_id)


def _find(request: MemberRequest, public_id: UUID) -> Application:
    own = Application.objects.for_customer(request.customer)
    return get_object_or_404(own, public_id=public_id)
