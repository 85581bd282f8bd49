"""What the link of an invitation opens: for people with a log-in, and for those without."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from common.errors import Refusal
from common.peers import address_of
from customers.models import Invitation, Membership, User
from customers.services import invitations
from portal.forms.members import NewcomerForm
from portal.middleware import SESSION_KEY
from portal.refusals import refused_into

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def accept(request: HttpRequest, public_id: UUID, key: str) -> HttpResponse:
    """Show who invites to what; a POST accepts. The same 404 for every wrong link."""
    invitation = _find(public_id, key)
    form = NewcomerForm(request.POST if request.method == "POST" else None)
    context = {
        "invitation": invitation,
        "form": form,
        "is_known": User.objects.filter(email__iexact=invitation.email).exists(),
    }
    try:
        invitations.require_open(invitation)
        if request.method == "POST" and request.user.is_authenticated:
            membership = invitations.accept(
                invitation=invitation, user=request.user, ip_address=address_of(request)
            )
            return _welcome(request, membership)
    except Refusal as refusal:
        context |= {"refusal": str(refusal)}
        return render(request, "portal/members/refused.html", context, status=409)
    if form.is_valid():
        with refused_into(form):
            membership = invitations.accept_as_newcomer(
                invitation=invitation,
                **form.cleaned_data,
                language=get_language() or "",
                ip_address=address_of(request),
            )
            login(request, membership.user, backend=_BACKEND)
            return _welcome(request, membership)
    status = 422 if form.errors else 200
    return render(request, "portal/members/accept.html", context, status=status)


def _find(public_id: UUID, key: str) -> Invitation:
    found = (
        Invitation.objects.select_related("customer", "invited_by")
        .filter(public_id=public_id)
        .first()
    )
    if found is None or not constant_time_compare(found.key, key):
        raise Http404
    return found


def _welcome(request: HttpRequest, membership: Membership) -> HttpResponse:
    request.session[SESSION_KEY] = membership.customer_id
    messages.success(
        request, _("You are a member of %(customer)s now.") % {"customer": membership.customer}
    )
    return redirect("portal:overview")
