from datetime import datetime, timedelta

import pytest

from common.clock import now
from common.errors import Refusal
from customers.models import (
    AuditEvent,
    BillingAccount,
    Contact,
    Customer,
    Delivery,
    Notice,
)
from customers.services import enforcement
from customers.services.billing import accounts, arrears, purses
from customers.services.standing import require_service
from tests.billing import PRICE, charged, package, price_everything, top_up
from tests.factories import CustomerFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

Stage = BillingAccount.Stage


@pytest.fixture
def account() -> BillingAccount:
    price_everything()
    account = charged(MembershipFactory().customer, balance=10 * PRICE)
    Notice.objects.all().delete()
    return account


def empty(account: BillingAccount) -> None:
    accounts.change_balance(
        account=account, amount=-purses.balance_of(account), reason="test", actor=None
    )


def later(account: BillingAccount, days: float) -> datetime:
    account.refresh_from_db()
    return account.arrears_since + timedelta(days=days)


def events() -> list[str]:
    return list(Notice.objects.order_by("id").values_list("event", flat=True))


class TestStages:
    def test_a_balance_that_pays_a_part_is_none(self, account):
        assert arrears.review(account, now()).arrears_since is None

    def test_a_used_up_balance_begins_the_grace_period(self, account):
        empty(account)
        account.refresh_from_db()
        assert account.arrears_stage == Stage.GRACE
        assert events() == ["arrears_began"]

    def test_less_than_a_part_is_used_up(self, account):
        empty(account)
        top_up(account, PRICE - 1)
        account.refresh_from_db()
        assert account.arrears_stage == Stage.GRACE

    def test_a_valid_package_keeps_it_away(self, account):
        package(account, 1)
        empty(account)
        assert events() == []

    def test_grace_then_retention_then_the_end_each_told_once(self, account, settings):
        empty(account)
        settings.SMS_ARREARS_GRACE_DAYS, settings.SMS_ARREARS_RETENTION_DAYS = 3, 2
        stages = []
        for days in (0, 2.9, 3, 4.9, 5, 50):
            reviewed = arrears.review(account, later(account, days))
            stages.append(reviewed.arrears_stage)
        assert stages == [
            Stage.GRACE,
            Stage.GRACE,
            Stage.RETENTION,
            Stage.RETENTION,
            Stage.EXPIRED,
            Stage.EXPIRED,
        ]
        assert events() == [
            "arrears_began",
            "retention_began",
            "retention_ended",
            "account_frozen",
        ]

    def test_a_top_up_ends_it_in_the_same_moment(self, account):
        empty(account)
        top_up(account, PRICE)
        account.refresh_from_db()
        assert (account.arrears_since, account.arrears_stage) == (None, Stage.NONE)
        assert events() == ["arrears_began", "arrears_ended"]

    def test_a_package_ends_it_too(self, account):
        empty(account)
        package(account, 10)
        account.refresh_from_db()
        assert account.arrears_since is None

    def test_who_is_not_charged_is_never_in_arrears(self):
        price_everything()
        account = accounts.open_account(CustomerFactory())
        assert arrears.review(account, now()).arrears_since is None

    def test_owners_are_told_by_email(self, account):
        empty(account)
        owner = account.customer.memberships.get().user
        assert Delivery.objects.get(medium=Delivery.Medium.EMAIL).address == owner.email


class TestFreeze:
    """The end of the retention period freezes; only what arrears froze is released by paying."""

    @pytest.fixture
    def expired(self, account) -> BillingAccount:
        """In arrears for 31 days: beyond grace and retention."""
        empty(account)
        return account

    def live_through(self, account: BillingAccount) -> None:
        for days in (0, 15, 30):
            arrears.review(account, later(account, days))
        account.refresh_from_db()

    def customer(self, account: BillingAccount) -> Customer:
        return Customer.objects.get(pk=account.customer_id)

    def frozen(self, account: BillingAccount, cause: str) -> None:
        enforcement.freeze(
            customer=account.customer, cause=cause, reason="Spam was sent.", actor=None
        )

    def test_comes_with_the_end_of_retention_and_not_before(self, expired):
        arrears.review(expired, later(expired, 29.9))
        assert not self.customer(expired).is_frozen
        arrears.review(expired, later(expired, 30))
        customer = self.customer(expired)
        assert customer.frozen_cause == Customer.FrozenCause.ARREARS
        assert "retention period" in customer.frozen_reason
        event = AuditEvent.objects.get(verb="freeze")
        assert (event.actor, event.customer) == (None, customer)

    def test_is_released_by_paying_and_both_are_told(self, expired):
        self.live_through(expired)
        top_up(expired, PRICE)
        customer = self.customer(expired)
        assert (customer.status, customer.frozen_cause) == (Customer.Status.ACTIVE, "")
        assert events()[-2:] == ["arrears_ended", "account_released"]
        require_service(customer)

    def test_set_by_operations_because_of_arrears_is_released_too(self, expired):
        self.frozen(expired, Customer.FrozenCause.ARREARS)
        top_up(expired, PRICE)
        assert not self.customer(expired).is_frozen

    @pytest.mark.parametrize("cause", ["violation", "closure"])
    def test_for_another_cause_is_never_released_by_paying(self, expired, cause):
        self.frozen(expired, cause)
        self.live_through(expired)
        top_up(expired, PRICE)
        customer = self.customer(expired)
        assert (customer.frozen_cause, customer.frozen_reason) == (cause, "Spam was sent.")
        assert events().count("account_frozen") == 1
        assert "account_released" not in events()
        expired.refresh_from_db()
        assert expired.arrears_since is None

    def test_that_became_one_for_a_violation_stays(self, expired):
        self.live_through(expired)
        self.frozen(expired, Customer.FrozenCause.VIOLATION)
        top_up(expired, PRICE)
        assert self.customer(expired).frozen_cause == Customer.FrozenCause.VIOLATION

    def test_that_operations_ended_is_not_set_again(self, expired):
        self.live_through(expired)
        lead = UserFactory(administrator=True)
        enforcement.release(customer=self.customer(expired), reason="Goodwill.", actor=lead)
        arrears.review(expired, later(expired, 40))
        assert not self.customer(expired).is_frozen

    def test_is_not_for_those_who_pay_in_time(self, expired):
        arrears.review(expired, later(expired, 15))
        top_up(expired, PRICE)
        empty(expired)
        arrears.review(expired, later(expired, 29))
        assert not self.customer(expired).is_frozen


def test_nothing_can_be_added_in_arrears(account):
    empty(account)
    with pytest.raises(Refusal, match="in arrears") as refused:
        require_service(account.customer)
    assert refused.value.code == "account_in_arrears"
    top_up(account, PRICE)
    require_service(account.customer)


class TestAlarms:
    def test_of_packages_tells_once_and_again_after_more_was_added(self, account):
        package(account, 100)
        accounts.set_alarms(account=account, package_alarm=99, balance_alarm=None, actor=None)
        arrears.review(account, now())
        assert events() == []
        purses.take(account_id=account.pk, kind="industry", parts=1, price=PRICE, moment=now())
        for _ in range(2):
            arrears.review(account, now())
        assert events() == ["package_low"]
        package(account, 100)
        purses.take(account_id=account.pk, kind="industry", parts=150, price=PRICE, moment=now())
        arrears.review(account, now())
        assert events() == ["package_low", "package_low"]

    def test_of_packages_says_nothing_to_those_who_never_had_one(self, account):
        accounts.set_alarms(account=account, package_alarm=99, balance_alarm=None, actor=None)
        arrears.review(account, now())
        assert events() == []

    def test_of_the_balance(self, account):
        accounts.set_alarms(
            account=account, package_alarm=None, balance_alarm=9 * PRICE, actor=None
        )
        arrears.review(account, now())
        assert events() == []
        purses.take(account_id=account.pk, kind="industry", parts=1, price=PRICE, moment=now())
        arrears.review(account, now())
        assert events() == ["balance_low"]

    def test_go_to_contacts_who_want_traffic_alarms(self, account):
        Contact.objects.create(
            customer=account.customer,
            name="A",
            mobile="+8613800138000",
            mobile_verified_at=now(),
            email="a@example.com",
            topics=[Contact.Topic.TRAFFIC],
        )
        empty(account)
        assert Delivery.objects.filter(medium=Delivery.Medium.SMS).count() == 1
