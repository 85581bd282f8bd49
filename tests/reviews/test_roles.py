import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from common.errors import Refusal
from reviews import roles
from reviews.models import Template
from reviews.services import templates
from tests.factories import MembershipFactory, TemplateFactory, UserFactory

pytestmark = pytest.mark.django_db


def permissions(group):
    return {
        f"{each.content_type.app_label}.{each.codename}"
        for each in group.permissions.select_related("content_type")
    }


@pytest.mark.parametrize("name", roles.ROLES)
def test_the_permissions_of_every_role_exist(name):
    assert permissions(roles.role(name)) == set(roles.ROLES[name])


def test_migrating_makes_all_roles_and_what_they_need():
    Group.objects.all().delete()
    Permission.objects.filter(codename="decide_quotarequest").delete()

    call_command("migrate", verbosity=0)

    for name in roles.ROLES:
        assert permissions(Group.objects.get(name=name)) == set(roles.ROLES[name])


def test_auditors_only_look():
    assert all(".view_" in permission for permission in roles.ROLES[roles.AUDITORS])


def test_what_sets_the_roles_apart():
    reviewer, senior, lead = (
        UserFactory(staff=True, role=name)
        for name in (roles.REVIEWERS, roles.SENIOR_REVIEWERS, roles.OPERATIONS_LEADS)
    )
    table = {
        roles.DECIDE: (True, True, True),
        roles.REOPEN: (False, True, True),
        roles.DEACTIVATE: (False, True, True),
        "customers.suspend_application": (False, True, True),
        "customers.freeze_customer": (False, False, True),
        roles.SET_QUOTA: (False, False, True),
    }
    for permission, expected in table.items():
        found = tuple(user.has_perm(permission) for user in (reviewer, senior, lead))
        assert found == expected, permission


class TestDeactivating:
    def deactivate(self, template, actor, reason="carriers refuse it"):
        return templates.deactivate(template=template, reason=reason, actor=actor)

    @pytest.fixture
    def senior(self):
        return UserFactory(staff=True, role=roles.SENIOR_REVIEWERS)

    def test_seniors_take_a_template_out_of_use_for_good(self, senior):
        template = self.deactivate(TemplateFactory(adopted=True), senior)

        assert template.status == Template.Status.ADOPTED_INACTIVE
        assert not template.is_usable
        with pytest.raises(Refusal):
            templates.disable(template=template, actor=None)

    def test_others_do_not(self, senior):
        template = TemplateFactory(adopted=True)
        MembershipFactory(customer=template.customer, user=senior)

        for actor, code in (
            (UserFactory(reviewer=True), "no_permission"),
            (senior, "own_customer"),
        ):
            with pytest.raises(Refusal) as refused:
                self.deactivate(template, actor)
            assert refused.value.code == code

    def test_it_needs_a_reason_and_an_approved_template(self, senior):
        with pytest.raises(Refusal) as refused:
            self.deactivate(TemplateFactory(adopted=True), senior, " ")
        assert refused.value.field == "reason"
        with pytest.raises(Refusal):
            self.deactivate(TemplateFactory(), senior)
