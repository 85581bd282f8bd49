"""The members of a customer account and their roles (spec console §14, ruling 39)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import AccessKey, Customer, Membership, User
from customers.services import audit

Role = Membership.Role


@transaction.atomic
def change_role(
    *, membership: Membership, role: str, actor: User, ip_address: str | None = None
) -> Membership:
    """Give a member another role.

    Refuses an unknown role, an actor who may not manage members, one who is no owner where an
    owner is made or changed, and taking its role from the last owner.
    """
    member = _locked(membership)
    if role not in Role:
        raise Refusal(
            "member_role",
            _("There is no role “%(role)s”. Choose one from the list."),
            field="role",
            params={"role": role},
        )
    require_manager(member.customer, actor, roles=(member.role, role))
    if role != Role.OWNER:
        _require_another_owner(member)
    before = member.role
    if role != before:
        member.role = role
        member.save(update_fields=["role"])
        _record("change_role", member, actor, ip_address, {"role": before}, {"role": role})
    return member


@transaction.atomic
def remove_member(*, membership: Membership, actor: User, ip_address: str | None = None) -> None:
    """Take a member out of the account; their access keys to it end at once.

    Members may take themselves out. Refuses as `change_role` does.
    """
    member = _locked(membership)
    if member.user_id != actor.pk:
        require_manager(member.customer, actor, roles=(member.role,))
    _require_another_owner(member)
    AccessKey.objects.filter(customer=member.customer, user=member.user).delete()
    _record("remove", member, actor, ip_address, {"role": member.role}, {})
    member.delete()


def require_manager(customer: Customer, actor: User, *, roles: tuple[str, ...]) -> None:
    """Refuse who may not manage members of these roles: owners are for owners alone."""
    own = Membership.objects.for_customer(customer).filter(user=actor).first()
    if own is None or not own.can_manage or (Role.OWNER in roles and not own.is_owner):
        raise Refusal(
            "member_rights",
            _(
                "Your role does not allow this: administrators manage administrators, operators "
                "and viewers; only owners make, change and remove owners. Ask an owner."
            ),
        )


def _locked(membership: Membership) -> Membership:
    """The member as it is now. The lock on the account makes the count of owners exact."""
    Customer.objects.select_for_update(no_key=True).get(pk=membership.customer_id)
    found = (
        Membership.objects.select_related("customer", "user")
        .select_for_update(of=("self",))
        .filter(pk=membership.pk)
        .first()
    )
    if found is None:
        raise Refusal("member_gone", _("This member has been removed meanwhile."))
    return found


def _require_another_owner(member: Membership) -> None:
    if not member.is_owner:
        return
    others = Membership.objects.for_customer(member.customer).owners().exclude(pk=member.pk)
    if not others.filter(user__is_active=True).exists():
        raise Refusal(
            "last_owner",
            _(
                "%(member)s is the only owner, and an account needs one. "
                "Make another member an owner first."
            ),
            field="role",
            params={"member": str(member.user)},
        )


def _record(
    verb: str,
    member: Membership,
    actor: User,
    ip_address: str | None,
    before: dict[str, str],
    after: dict[str, str],
) -> None:
    audit.record(
        verb=verb,
        object_type="membership",
        object_id=member.pk,
        object_name=member.user.email,
        actor=actor,
        customer=member.customer,
        ip_address=ip_address,
        before=before,
        after=after,
    )
