"""A token for whoever is signed in to the console, to try calls from its API page."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.peers import address_of
from customers.models import Membership
from customers.services import audit

from . import tokens

LIFETIME = timedelta(hours=1)


@require_POST
@never_cache
def issue(request: HttpRequest) -> JsonResponse:
    """A token that may do what the role of the member allows; the audit trail says so.

    The session stands for the password, and for the second factor of those who have one.
    """
    member: Membership | None = getattr(request, "membership", None)
    if member is None:
        raise PermissionDenied
    return JsonResponse(_issued(member, address_of(request)))


@transaction.atomic
def _issued(member: Membership, ip_address: str | None) -> dict[str, Any]:
    text, row = tokens.issue(member, is_project_scoped=True, lifetime=LIFETIME)
    audit.record(
        verb="issue",
        object_type="token",
        object_id=row.pk,
        object_name=str(member.user),
        actor=member.user,
        customer=member.customer,
        ip_address=ip_address,
        after={"until": f"{timezone.localtime(row.expires_at):%Y-%m-%d %H:%M:%S}"},
    )
    return {"token": text, "until": f"{timezone.localtime(row.expires_at):%H:%M}"}
