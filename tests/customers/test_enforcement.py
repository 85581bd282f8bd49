"""Freezing, suspending and the penalty register."""

import pytest

from common.errors import Refusal
from customers.models import Application, AuditEvent, Contact, Customer, Delivery, Notice, Penalty
from customers.services import enforcement, penalties
from reviews.roles import OPERATIONS_LEADS, REVIEWERS, SENIOR_REVIEWERS
from tests.factories import ApplicationFactory, CustomerFactory, MembershipFactory, UserFactory
from tests.reviews.racing import raced

pytestmark = pytest.mark.django_db

Violation = Penalty.Violation


@pytest.fixture
def lead():
    return UserFactory(staff=True, role=OPERATIONS_LEADS)


def refused(action, **arguments):
    with pytest.raises(Refusal) as refusal:
        action(**arguments)
    return refusal.value.code


def penalize(customer, violation, actor):
    return penalties.penalize(
        customer=customer, violation=violation, comment="Found it.", actor=actor
    )


def freeze(customer, actor, cause="violation"):
    return enforcement.freeze(customer=customer, cause=cause, reason="Spam was sent.", actor=actor)


class TestFreezing:
    def test_everybody_who_must_know_is_told(self, lead):
        owner = MembershipFactory()
        MembershipFactory(customer=owner.customer, role="viewer")
        Contact.objects.create(
            customer=owner.customer,
            name="Duty",
            mobile="+8613800138000",
            email="duty@example.com",
            email_verified_at=owner.created_at,
        )
        Contact.objects.create(
            customer=owner.customer, name="x", mobile="+8613800138001", email="x@example.com"
        )
        frozen = freeze(owner.customer, lead)
        assert (frozen.is_frozen, frozen.can_send) == (True, False)
        told = set(Delivery.objects.values_list("medium", "address"))
        assert told == {("email", owner.user.email), ("email", "duty@example.com")}
        assert Notice.objects.get().params["reason"] == "Spam was sent."
        assert AuditEvent.objects.get(verb="freeze").reason == "Spam was sent."

    def test_the_reason_cannot_be_left_out(self, lead):
        assert (
            refused(
                enforcement.freeze,
                customer=CustomerFactory(),
                cause="violation",
                reason=" ",
                actor=lead,
            )
            == "reason_missing"
        )

    @pytest.mark.parametrize("role", [REVIEWERS, SENIOR_REVIEWERS])
    def test_it_takes_a_lead(self, role):
        actor = UserFactory(staff=True, role=role)
        assert refused(freeze, customer=CustomerFactory(), actor=actor) == "no_permission"

    def test_nobody_touches_their_own_customer(self, lead):
        member = MembershipFactory(user=lead)
        assert refused(freeze, customer=member.customer, actor=lead) == "no_permission"

    def test_a_top_up_ends_arrears_and_no_violation(self, lead):
        customer = CustomerFactory()
        freeze(customer, None, cause="arrears")
        freeze(customer, lead)  # the heavier cause takes over
        by_platform = {"customer": customer, "reason": "Paid.", "actor": None}
        assert refused(enforcement.release, **by_platform) == "release_by_hand"
        assert refused(enforcement.release, cause="arrears", **by_platform) == "account_not_frozen"
        assert refused(freeze, customer=customer, actor=None, cause="arrears") == "account_frozen"
        enforcement.release(customer=customer, reason="Rectified.", actor=lead)
        freeze(customer, None, cause="arrears")
        enforcement.release(cause="arrears", **by_platform)
        customer.refresh_from_db()
        assert (customer.is_frozen, customer.frozen_reason) == (False, "")

    @pytest.mark.django_db(transaction=True)
    def test_two_leads_freeze_once(self):
        customer = CustomerFactory()
        leads = [UserFactory(staff=True, role=OPERATIONS_LEADS) for _each in range(2)]
        results = raced(*(lambda one=one: freeze(customer, one) for one in leads))
        assert "account_frozen" in results
        assert Notice.objects.count() == 1


class TestApplications:
    def test_what_operations_suspend_only_operations_restore(self):
        senior = UserFactory(staff=True, role=SENIOR_REVIEWERS)
        application = ApplicationFactory()
        owner = MembershipFactory(customer=application.customer).user
        enforcement.suspend_application(
            application=application, reason="Spam was sent.", actor=senior
        )
        assert (
            refused(enforcement.resume_application, application=application, actor=owner)
            == "suspended_by_operations"
        )
        enforcement.restore_application(application=application, reason="Rectified.", actor=senior)
        application.refresh_from_db()
        assert (application.is_launched, application.suspension_reason) == (True, "")
        assert list(Notice.objects.order_by("pk").values_list("event", flat=True)) == [
            "application_suspended",
            "application_restored",
        ]

    def test_a_customers_pause_is_its_own(self):
        application = ApplicationFactory()
        own = {
            "application": application,
            "actor": MembershipFactory(customer=application.customer).user,
        }
        enforcement.pause_application(**own)
        assert refused(enforcement.pause_application, **own) == "application_suspended"
        assert Application.objects.get().suspended_by == "customer"
        enforcement.resume_application(**own)
        assert refused(enforcement.resume_application, **own) == "application_not_suspended"
        assert not Notice.objects.exists()

    def test_reviewers_suspend_nothing(self):
        actor = UserFactory(staff=True, role=REVIEWERS)
        code = refused(
            enforcement.suspend_application,
            application=ApplicationFactory(),
            reason="Spam was sent.",
            actor=actor,
        )
        assert code == "no_permission"


class TestPenalties:
    def test_the_third_reminder_closes(self, lead):
        customer = CustomerFactory()
        rows = [
            penalize(customer, violation, lead)
            for violation in (
                Violation.NO_SIGNATURE,
                Violation.MARKETING_HOURS,
                Violation.NO_OPT_OUT,
            )
        ]
        assert [(row.action, row.reminder) for row in rows] == [
            ("reminder", 1),
            ("reminder", 2),
            ("closure", 3),
        ]
        customer.refresh_from_db()
        assert customer.frozen_cause == Customer.FrozenCause.CLOSURE

    def test_a_reminder_that_was_followed_starts_again(self, lead):
        customer = CustomerFactory()
        for _each in range(2):
            row = penalize(customer, Violation.NO_OPT_OUT, lead)
        penalties.rectify(penalty=row, actor=lead)
        assert penalize(customer, Violation.NO_OPT_OUT, lead).reminder == 1

    def test_severe_ones_suspend_then_close(self, lead):
        customer = CustomerFactory()
        assert penalize(customer, Violation.NO_CONSENT, lead).action == "suspension"
        customer.refresh_from_db()
        assert customer.frozen_cause == "violation"
        enforcement.release(customer=customer, reason="Rectified.", actor=lead)
        assert penalize(customer, Violation.WRONG_CHANNEL, lead).action == "closure"

    @pytest.mark.parametrize("violation", [Violation.FORBIDDEN, Violation.MANY_COMPLAINTS])
    def test_critical_ones_close(self, lead, violation):
        row = penalize(CustomerFactory(), violation, lead)
        assert (row.level, row.action) == ("critical", "closure")

    def test_what_a_role_may_not_carry_out_it_does_not_record(self):
        senior = UserFactory(staff=True, role=SENIOR_REVIEWERS)
        customer = CustomerFactory()
        penalize(customer, Violation.NO_OPT_OUT, senior)
        code = refused(penalize, customer=customer, violation=Violation.FORBIDDEN, actor=senior)
        assert code == "no_permission"
        assert Penalty.objects.count() == 1

    def test_every_violation_has_a_level(self):
        assert set(Penalty.LEVELS) == set(Violation.values)

    def test_applications_of_others_are_refused(self, lead):
        code = refused(
            penalties.penalize,
            customer=CustomerFactory(),
            violation=1,
            comment="Found it.",
            application=ApplicationFactory(),
            actor=lead,
        )
        assert code == "violation_application"
