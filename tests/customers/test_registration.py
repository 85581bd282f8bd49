"""Registration step by step, to the enabled service."""

import pytest

from common.errors import Refusal
from customers import payments
from customers.models import AuditEvent, Customer, Delivery, Notice, Profile
from customers.services import registration
from reviews.models import RealName
from reviews.services import decide, enabling, real_name
from reviews.services.submissions import open_case_of
from tests.factories import CustomerFactory, MembershipFactory, UserFactory
from tests.reviews.papers import upload
from tests.reviews.racing import raced

pytestmark = pytest.mark.django_db

IDENTITY = real_name.Identity(
    certificate_type="business_licence", credit_code="91350100M000100Y43", legal_person="示例甲"
)


def refused(action, **arguments):
    with pytest.raises(Refusal) as refusal:
        action(**arguments)
    return refusal.value.code


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def owner():
    customer = registration.open_account(user=UserFactory())
    return customer.memberships.get()


def bind(owner):
    registration.send_mobile_code(customer=owner.customer, mobile="13800138000")
    code = str(Delivery.objects.filter(medium="sms").latest("pk").code)
    registration.bind_mobile(customer=owner.customer, code=code, actor=owner.user)


def inform(owner, **changes):
    fields = {"name": "云上商城有限公司", "country": "CN", "industry": "commerce"}
    registration.save_information(customer=owner.customer, actor=owner.user, **fields | changes)


def pay(owner, provider="contract", reference="HT-2026-001"):
    registration.choose_payment(
        customer=owner.customer, provider=provider, reference=reference, actor=owner.user
    )


def submit(owner, identity=IDENTITY, uploads=None):
    return real_name.submit(
        customer=owner.customer,
        identity=identity,
        uploads=[upload()] if uploads is None else uploads,
        actor=owner.user,
    )


def enable(owner, agreement="2026-01", actor=None):
    return enabling.enable_service(
        customer=owner.customer, agreement=agreement, actor=actor or owner.user, ip_address="::1"
    )


def registered(owner):
    bind(owner)
    inform(owner)
    pay(owner)


def decided(owner, *, approves=True):
    case = open_case_of(submit(owner))
    reviewer = UserFactory(reviewer=True)
    if approves:
        decide.approve(submission=case, reviewer=reviewer)
    else:
        decide.reject(submission=case, reviewer=reviewer, reason_codes=[], comment="Unreadable.")


def test_the_whole_way(owner):
    registered(owner)
    decided(owner)
    enable(owner)
    customer = Customer.objects.get()
    assert (customer.name, customer.is_enabled) == ("云上商城有限公司", True)
    accepted = customer.agreements.get()
    assert (accepted.version, accepted.user, accepted.ip_address) == (
        "2026-01",
        owner.user,
        "::1",
    )
    assert customer.wants_details
    events = set(Notice.objects.values_list("event", flat=True))
    assert events == {"real_name_approved", "details_wanted"}
    assert Delivery.objects.filter(medium="email", address=owner.user.email).count() == 1
    registration.save_details(
        customer=customer,
        contact_name="值班",
        contact_email="duty@example.com",
        industry="commerce",
        actor=owner.user,
    )
    assert not Customer.objects.select_related("profile").get().wants_details


def test_no_step_before_the_one_in_front_of_it(owner):
    assert refused(inform, owner=owner) == "registration_step"
    assert refused(pay, owner=owner) == "registration_step"
    assert refused(submit, owner=owner) == "registration_step"
    assert refused(enable, owner=owner) == "registration_step"
    bind(owner)
    assert refused(pay, owner=owner) == "registration_step"
    inform(owner)
    assert refused(submit, owner=owner) == "registration_step"
    pay(owner)
    assert refused(enable, owner=owner) == "real_name_missing"
    submit(owner)
    assert refused(enable, owner=owner) == "real_name_open"
    assert not Customer.objects.get().is_enabled


def test_the_gate_says_what_is_missing(owner):
    assert "Bind a mobile number" in str(enabling.gate_of(owner.customer).reason)
    registered(owner)
    assert "real-name" in str(enabling.gate_of(owner.customer).reason)


def test_a_private_platform_may_know_its_customers(owner, settings):
    settings.SMS_REQUIRE_REAL_NAME = False
    registered(owner)
    assert enable(owner).is_enabled


@pytest.mark.parametrize("role", ["admin", "operator", "viewer"])
def test_members_do_not_enable(owner, role):
    registered(owner)
    decided(owner)
    member = MembershipFactory(customer=owner.customer, role=role)
    assert refused(enable, owner=owner, actor=member.user) == "owner_only"
    stranger = MembershipFactory()
    assert refused(enable, owner=owner, actor=stranger.user) == "owner_only"


def test_an_agreement_of_yesterday_is_not_accepted(owner):
    registered(owner)
    decided(owner)
    assert refused(enable, owner=owner, agreement="2025-01") == "agreement_version"


def test_a_rejected_enterprise_submits_again(owner):
    registered(owner)
    decided(owner, approves=False)
    assert refused(enable, owner=owner) == "real_name_open"
    submit(owner, uploads=[])
    found = RealName.objects.get()
    assert (found.is_pending, found.evidence.count()) == (True, 1)
    assert refused(submit, owner=owner) == "real_name_pending"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"credit_code": "91350100M000100Y44"}, "credit_code"),
        ({"certificate_type": "passport"}, "certificate_type"),
        ({"legal_person": "  "}, "legal_person"),
    ],
)
def test_what_a_certificate_must_say(owner, changes, code):
    registered(owner)
    fields = {name: getattr(IDENTITY, name) for name in IDENTITY.__dataclass_fields__}
    identity = real_name.Identity(**fields | changes)
    assert refused(submit, owner=owner, identity=identity) == code


def test_a_certificate_is_needed(owner):
    registered(owner)
    assert refused(submit, owner=owner, uploads=[]) == "certificate"
    assert not RealName.objects.exists()


def test_five_wrong_codes_end_the_code(owner):
    registration.send_mobile_code(customer=owner.customer, mobile="13800138000")
    right = str(Delivery.objects.get().code)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    trial = {"customer": owner.customer, "actor": owner.user}
    for _try in range(5):
        assert refused(registration.bind_mobile, code=wrong, **trial) == "code_wrong"
    assert refused(registration.bind_mobile, code=right, **trial) == "code_blocked"
    assert not Profile.objects.get().is_mobile_bound


def test_a_code_for_another_customer_is_no_use(owner):
    other = registration.open_account(user=UserFactory())
    registration.send_mobile_code(customer=other, mobile="13800138001")
    code = str(Delivery.objects.get().code)
    Profile.objects.filter(customer=owner.customer).update(wanted_mobile="+8613800138001")
    assert (
        refused(registration.bind_mobile, customer=owner.customer, code=code, actor=owner.user)
        == "code_expired"
    )


@pytest.mark.parametrize("card", ["4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004"])
def test_card_numbers_are_never_stored(owner, card):
    bind(owner)
    inform(owner)
    assert refused(pay, owner=owner, reference=card) == "payment_card"
    assert card not in str(list(AuditEvent.objects.values())) + str(list(Profile.objects.values()))


def test_only_offered_methods(owner, settings):
    settings.SMS_PAYMENT_PROVIDERS = ["contract", "unheard-of"]
    bind(owner)
    inform(owner)
    assert [each.code for each in payments.offered()] == ["contract"]
    assert refused(pay, owner=owner, provider="test") == "payment_unknown"
    assert refused(pay, owner=owner, reference="?") == "payment_contract"


def test_an_authenticated_name_stays(owner):
    registered(owner)
    decided(owner)
    enable(owner)
    assert refused(inform, owner=owner, name="另一家公司") == "customer_name_fixed"


def test_details_wait_for_the_service(owner):
    details = {"contact_name": "x", "contact_email": "x@example.com", "industry": "other"}
    code = refused(registration.save_details, customer=owner.customer, actor=owner.user, **details)
    assert code == "registration_step"


def test_a_frozen_account_is_not_enabled(owner):
    registered(owner)
    decided(owner)
    Customer.objects.update(status="frozen")
    assert refused(enable, owner=owner) == "account_frozen"


@pytest.mark.django_db(transaction=True)
def test_two_presses_open_one_account():
    user = UserFactory()
    action = lambda: registration.open_account(user=user)  # noqa: E731
    first, second = raced(action, action)
    assert first == second
    assert user.memberships.count() == 1


def test_accounts_of_operations_have_an_empty_profile():
    customer = CustomerFactory()
    assert not registration.profile_of(customer).is_mobile_bound
    assert not Customer.objects.get(pk=customer.pk).profile.details_at
