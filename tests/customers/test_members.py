"""Members, invitations and access keys."""

from datetime import timedelta

import pytest

from common.clock import now
from common.errors import Refusal
from customers.models import AccessKey, AuditEvent, Delivery, Invitation, Membership, User
from customers.services import access_keys, deliveries, invitations, members
from tests.factories import (
    PASSWORD,
    AccessKeyFactory,
    CustomerFactory,
    MembershipFactory,
    UserFactory,
)
from tests.reviews.racing import raced

pytestmark = pytest.mark.django_db
Role = Membership.Role


def refused(action, **arguments):
    with pytest.raises(Refusal) as refusal:
        action(**arguments)
    return refusal.value.code


def invited(owner, email="new@example.com", role=Role.OPERATOR):
    return invitations.invite(customer=owner.customer, email=email, role=role, actor=owner.user)


class TestRoles:
    def test_an_owner_makes_another_owner_and_steps_back(self):
        owner = MembershipFactory()
        second = MembershipFactory(customer=owner.customer, role=Role.VIEWER)
        members.change_role(membership=second, role=Role.OWNER, actor=owner.user)
        members.change_role(membership=owner, role=Role.ADMIN, actor=owner.user)
        roles = dict(Membership.objects.values_list("user__email", "role"))
        assert roles == {owner.user.email: "admin", second.user.email: "owner"}
        event = AuditEvent.objects.first()
        assert (event.verb, event.before, event.after) == (
            "change_role",
            {"role": "owner"},
            {"role": "admin"},
        )

    def test_the_last_owner_is_neither_demoted_nor_removed(self):
        owner = MembershipFactory()
        MembershipFactory(customer=owner.customer, role=Role.ADMIN)
        MembershipFactory()  # the owner of another account does not count
        change = {"membership": owner, "actor": owner.user}
        assert refused(members.change_role, role=Role.VIEWER, **change) == "last_owner"
        assert refused(members.remove_member, **change) == "last_owner"

    def test_an_owner_who_cannot_sign_in_does_not_count(self):
        owner = MembershipFactory()
        MembershipFactory(customer=owner.customer, user=UserFactory(is_active=False))
        assert refused(members.remove_member, membership=owner, actor=owner.user) == "last_owner"

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
    def test_lesser_roles_manage_nobody(self, role):
        actor = MembershipFactory(role=role)
        other = MembershipFactory(customer=actor.customer, role=Role.VIEWER)
        change = {"membership": other, "actor": actor.user}
        assert refused(members.change_role, role=Role.ADMIN, **change) == "member_rights"
        assert refused(members.remove_member, **change) == "member_rights"

    def test_administrators_neither_make_nor_change_owners(self):
        owner = MembershipFactory()
        admin = MembershipFactory(customer=owner.customer, role=Role.ADMIN)
        assert (
            refused(members.change_role, membership=admin, role=Role.OWNER, actor=admin.user)
            == "member_rights"
        )
        assert refused(members.remove_member, membership=owner, actor=admin.user) == "member_rights"

    def test_owners_of_another_account_have_no_say(self):
        member, stranger = MembershipFactory(role=Role.VIEWER), MembershipFactory()
        assert (
            refused(members.remove_member, membership=member, actor=stranger.user)
            == "member_rights"
        )

    def test_a_removed_member_leaves_no_key_behind(self):
        owner = MembershipFactory()
        leaver = MembershipFactory(customer=owner.customer, role=Role.OPERATOR)
        AccessKeyFactory(membership=leaver)
        members.remove_member(membership=leaver, actor=owner.user)
        assert not AccessKey.objects.exists()
        assert not Membership.objects.filter(pk=leaver.pk).exists()

    @pytest.mark.django_db(transaction=True)
    def test_two_owners_leaving_at_once_leave_one(self):
        customer = CustomerFactory()
        pair = [MembershipFactory(customer=customer) for _each in range(2)]
        results = raced(
            *(lambda one=one: members.remove_member(membership=one, actor=one.user) for one in pair)
        )
        assert sorted(map(str, results)) == ["None", "last_owner"]
        assert customer.memberships.owners().count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_two_owners_demoting_each_other_leave_one(self):
        customer = CustomerFactory()
        first, second = (MembershipFactory(customer=customer) for _each in range(2))
        raced(
            lambda: members.change_role(membership=second, role=Role.VIEWER, actor=first.user),
            lambda: members.change_role(membership=first, role=Role.VIEWER, actor=second.user),
        )
        assert customer.memberships.owners().count() == 1


class TestInvitations:
    def test_the_link_comes_by_e_mail(self, mailoutbox):
        invitation = invited(MembershipFactory())
        assert deliveries.send_emails() == 1
        (mail,) = mailoutbox
        assert mail.to == ["new@example.com"]
        assert f"/invitations/{invitation.public_id}/{invitation.key}" in mail.body

    def test_a_newcomer_gets_a_log_in_with_a_proven_address(self):
        invitation = invited(MembershipFactory())
        membership = invitations.accept_as_newcomer(
            invitation=invitation, full_name="New", password=PASSWORD
        )
        user = User.objects.get_by_natural_key("new@example.com")
        assert user.check_password(PASSWORD)
        assert user.emailaddress_set.get().verified
        assert (membership.user, membership.role) == (user, Role.OPERATOR)

    def test_it_works_once(self):
        invitation = invited(MembershipFactory())
        user = UserFactory(email="New@example.com")
        invitations.accept(invitation=invitation, user=user)
        members.remove_member(membership=user.memberships.get(), actor=user)
        assert refused(invitations.accept, invitation=invitation, user=user) == "invitation_closed"

    @pytest.mark.django_db(transaction=True)
    def test_twice_at_once_makes_one_member(self):
        invitation = invited(MembershipFactory())
        user = UserFactory(email="new@example.com")
        action = lambda: invitations.accept(invitation=invitation, user=user)  # noqa: E731
        results = raced(action, action)
        assert "invitation_closed" in results
        assert user.memberships.count() == 1

    def test_revoked_and_old_ones_are_refused(self):
        owner = MembershipFactory()
        revoked, old = invited(owner), invited(owner, "old@example.com")
        invitations.revoke(invitation=revoked, actor=owner.user)
        Invitation.objects.filter(pk=old.pk).update(expires_at=now() - timedelta(seconds=1))
        for invitation in (revoked, old):
            invitation.refresh_from_db()
            user = UserFactory(email=invitation.email)
            code = refused(invitations.accept, invitation=invitation, user=user)
            assert code == "invitation_closed"

    def test_it_is_for_the_invited_address_only(self):
        invitation = invited(MembershipFactory())
        assert (
            refused(invitations.accept, invitation=invitation, user=UserFactory())
            == "invitation_of_another"
        )
        assert not Invitation.objects.exclude(accepted_at=None).exists()

    def test_members_and_waiting_addresses_are_not_invited_again(self):
        owner = MembershipFactory()
        invited(owner)
        new = {"customer": owner.customer, "role": Role.VIEWER, "actor": owner.user}
        assert refused(invitations.invite, email="NEW@example.com", **new) == "invitation_waiting"
        assert refused(invitations.invite, email=owner.user.email, **new) == "invitation_member"
        assert refused(invitations.invite, email="nobody", **new) == "invitation_email"

    def test_one_that_ran_out_makes_room(self):
        owner = MembershipFactory()
        Invitation.objects.filter(pk=invited(owner).pk).update(expires_at=now())
        assert invited(owner).is_open

    def test_administrators_do_not_invite_owners(self):
        admin = MembershipFactory(role=Role.ADMIN)
        assert (
            refused(
                invitations.invite,
                customer=admin.customer,
                email="new@example.com",
                role=Role.OWNER,
                actor=admin.user,
            )
            == "member_rights"
        )

    def test_not_too_many_a_day(self, monkeypatch):
        monkeypatch.setattr(invitations, "MOST_PER_DAY", 1)
        owner = MembershipFactory()
        invited(owner)
        new = {"customer": owner.customer, "role": Role.VIEWER, "actor": owner.user}
        assert refused(invitations.invite, email="b@example.com", **new) == "invitation_limit"
        assert Delivery.objects.count() == 1


class TestAccessKeys:
    def test_two_for_each_member(self):
        member = MembershipFactory(role=Role.VIEWER)
        mine = {"customer": member.customer, "user": member.user}
        pair = {access_keys.create_access_key(**mine).access_key for _each in range(2)}
        assert len(pair) == 2
        assert refused(access_keys.create_access_key, **mine) == "access_key_limit"
        assert str(AccessKey.objects.first().secret_key) not in str(
            list(AuditEvent.objects.values())
        )

    @pytest.mark.django_db(transaction=True)
    def test_not_three_at_once_either(self):
        member = MembershipFactory()
        action = lambda: access_keys.create_access_key(  # noqa: E731
            customer=member.customer, user=member.user
        )
        raced(action, action, action)
        assert AccessKey.objects.count() == 2

    def test_disabled_before_it_is_deleted(self):
        key = AccessKeyFactory()
        own = {"key": key, "actor": key.user}
        assert refused(access_keys.delete_access_key, **own) == "access_key_active"
        access_keys.set_active(is_active=False, **own)
        access_keys.delete_access_key(**own)
        assert not AccessKey.objects.exists()

    def test_operators_do_not_touch_others_keys_and_administrators_do(self):
        key = AccessKeyFactory()
        operator = MembershipFactory(customer=key.customer, role=Role.OPERATOR)
        admin = MembershipFactory(customer=key.customer, role=Role.ADMIN)
        assert (
            refused(access_keys.set_active, key=key, is_active=False, actor=operator.user)
            == "access_key_of_another"
        )
        access_keys.set_active(key=key, is_active=False, actor=admin.user)
        key.refresh_from_db()
        assert not key.is_active

    def test_use_is_noted_to_the_minute(self):
        key = AccessKeyFactory()
        access_keys.note_use(key.access_key)
        first = AccessKey.objects.get().last_used_at
        access_keys.note_use(key.access_key)
        assert AccessKey.objects.get().last_used_at == first
