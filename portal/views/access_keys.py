"""Access keys for the management API (spec management-api §5): one's own, and for managers all."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from common.errors import Refusal
from common.peers import address_of
from customers.models import AccessKey
from customers.services import access_keys
from portal.access import MemberRequest, for_members, unconfirmed
from portal.refusals import told


@for_members
def index(request: MemberRequest) -> HttpResponse:
    keys = AccessKey.objects.for_customer(request.customer).select_related("user")
    own = keys.filter(user=request.user)
    if not request.membership.can_manage:
        keys = own
    context = {
        "keys": keys.order_by("user_id", "id"),
        "has_room": own.count() < access_keys.MOST,
        "most": access_keys.MOST,
    }
    return render(request, "portal/access_keys/list.html", context)


@require_POST
@never_cache
@for_members
@sensitive_variables("key")
def create(request: MemberRequest) -> HttpResponse:
    """Make a key and show both halves, this one time."""
    if question := unconfirmed(request, reverse("portal:key-list")):
        return question
    try:
        key = access_keys.create_access_key(
            customer=request.customer, user=request.user, ip_address=address_of(request)
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("portal:key-list")
    return render(request, "portal/access_keys/new.html", {"key": key})


@require_POST
@for_members
def switch(request: MemberRequest, access_key: str) -> HttpResponse:
    """Disable an active key; enable one that is disabled."""
    key = _find(request, access_key)
    done = _("The key was disabled.") if key.is_active else _("The key is active again.")
    with told(request, done):
        access_keys.set_active(
            key=key,
            is_active=not key.is_active,
            actor=request.user,
            ip_address=address_of(request),
        )
    return redirect("portal:key-list")


@require_POST
@for_members
def delete(request: MemberRequest, access_key: str) -> HttpResponse:
    with told(request, _("The key was deleted.")):
        access_keys.delete_access_key(
            key=_find(request, access_key),
            actor=request.user,
            ip_address=address_of(request),
        )
    return redirect("portal:key-list")


def _find(request: MemberRequest, access_key: str) -> AccessKey:
    """A key the member may see: one's own, and every one for managers."""
    keys = AccessKey.objects.for_customer(request.customer).select_related("user", "customer")
    if not request.membership.can_manage:
        keys = keys.filter(user=request.user)
    return get_object_or_404(keys, access_key=access_key)
