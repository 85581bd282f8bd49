"""Access keys (AK/SK) of members for the management API: the secret is shown once."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers.models import AccessKey, Customer, Membership, User
from customers.services import audit

MOST = 2
"""Keys a member may have in one account: one in use, one to change over to."""

_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def create_access_key(
    *, customer: Customer, user: User, ip_address: str | None = None
) -> AccessKey:
    """Make a key that may do what the member's role allows. Refuses the third one."""
    member = Membership.objects.for_customer(customer).select_for_update().get(user=user)
    if AccessKey.objects.for_customer(customer).filter(user=member.user_id).count() >= MOST:
        raise Refusal(
            "access_key_limit",
            _("You have %(most)s access keys already, which is the most. Delete one first."),
            params={"most": MOST},
        )
    key = AccessKey.objects.create(customer=customer, user=user)
    _record("create", key, user, ip_address)
    return key


@transaction.atomic
def set_active(
    *, key: AccessKey, is_active: bool, actor: User, ip_address: str | None = None
) -> None:
    """Switch a key off or on again. Refuses somebody else's key to all but owners and admins."""
    _require_own(key, actor)
    if AccessKey.objects.filter(pk=key.pk, is_active=not is_active).update(is_active=is_active):
        _record("enable" if is_active else "disable", key, actor, ip_address)


@transaction.atomic
def delete_access_key(*, key: AccessKey, actor: User, ip_address: str | None = None) -> None:
    """Delete a key for good. Refuses as `set_active` does, and a key that is still active."""
    _require_own(key, actor)
    key = AccessKey.objects.select_for_update().get(pk=key.pk)
    if key.is_active:
        raise Refusal(
            "access_key_active",
            _("The key %(key)s is active. Disable it first and see that nothing misses it."),
            params={"key": key.access_key},
        )
    _record("delete", key, actor, ip_address)
    key.delete()


def note_use(access_key: str) -> None:
    """Remember, to the minute, when a request was signed with a key."""
    moment = now()
    AccessKey.objects.filter(
        Q(last_used_at=None) | Q(last_used_at__lt=moment - _NOTED_EVERY), access_key=access_key
    ).update(last_used_at=moment)


def _require_own(key: AccessKey, actor: User) -> None:
    member = Membership.objects.for_customer(key.customer).filter(user=actor).first()
    if member is None or not (key.user_id == actor.pk or member.can_manage):
        raise Refusal(
            "access_key_of_another",
            _("This key belongs to somebody else. Owners and administrators can switch it off."),
        )


def _record(verb: str, key: AccessKey, actor: User, ip_address: str | None) -> None:
    audit.record(
        verb=verb,
        object_type="access_key",
        object_id=key.pk,
        object_name=key.access_key,
        actor=actor,
        customer=key.customer,
        ip_address=ip_address,
        after={"user": key.user.email},
    )
