from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from common.errors import Refusal
from customers.models import Application, AuditEvent
from customers.services.applications import create_application, update_application
from tests.factories import ApplicationFactory, CustomerFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def refusal_of(**arguments):
    with pytest.raises(Refusal) as refused:
        create_application(**arguments)
    return refused.value


def test_a_new_application_is_ready_to_send():
    member = MembershipFactory()

    application = create_application(
        customer=member.customer,
        name=" 商城_01 ",
        report_url="https://shop.example.com/reports",
        actor=member.user,
        ip_address="192.0.2.7",
    )

    assert application.is_launched
    assert application.name == "商城_01"
    assert len(application.app_key) == len(application.app_secret) == 28
    event = AuditEvent.objects.get()
    assert (event.verb, event.object_type, event.actor) == ("create", "application", member.user)
    assert event.ip_address == "192.0.2.7"
    assert event.after["report_url"] == "https://shop.example.com/reports"
    assert application.app_secret not in str(event.after)


def test_the_third_application_is_refused_with_the_quota():
    customer = CustomerFactory()
    ApplicationFactory.create_batch(2, customer=customer)

    refusal = refusal_of(customer=customer, name="third")

    assert refusal.code == "application_quota"
    assert "2 of 2" in str(refusal)
    assert "higher quota" in str(refusal)


@pytest.mark.parametrize("trait", ["frozen", "not_enabled"])
def test_a_customer_out_of_service_adds_nothing(trait):
    refusal = refusal_of(customer=CustomerFactory(**{trait: True}), name="shop")

    assert refusal.code in {"account_frozen", "service_not_enabled"}
    assert not Application.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "a" * 65, "my shop", "shop!", "<b>"])
def test_names_outside_the_rule_are_refused(name):
    assert refusal_of(customer=CustomerFactory(), name=name).field == "name"


def test_a_name_is_used_once_per_customer():
    customer = CustomerFactory()
    create_application(customer=customer, name="shop")

    refusal = refusal_of(customer=customer, name="shop")

    assert (refusal.code, refusal.field) == ("application_duplicate", "name")
    assert create_application(customer=CustomerFactory(), name="shop").pk


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "example.com/reports",
        "http://",
        "http://exa mple.com/",
        "https://example.com:port/",
        "http://[::1/",
        "javascript:alert(1)",
        "https://example.com/\nx",
        "https://example.com/" + "a" * 236,
    ],
)
def test_addresses_that_are_no_urls_are_refused(url):
    refusal = refusal_of(customer=CustomerFactory(), name="shop", uplink_url=url)

    assert refusal.field == "uplink_url"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9000/uplink",
        "http://receiver:9000",
        "https://[2001:db8::1]/x?y=1",
        "https://example.com/" + "a" * 235,
    ],
)
def test_addresses_of_any_host_are_taken(url):
    application = create_application(customer=CustomerFactory(), name="shop", uplink_url=url)

    assert Application.objects.get().uplink_url == application.uplink_url == url


def test_a_change_is_audited_with_before_and_after():
    application = ApplicationFactory(name="shop")

    changed = update_application(
        application=application,
        name="store",
        uplink_url="https://example.com/up",
        report_url="",
        actor=None,
    )

    assert (changed.name, changed.app_key) == ("store", application.app_key)
    event = AuditEvent.objects.get()
    assert (event.before["name"], event.after["name"]) == ("shop", "store")


def test_saving_without_a_change_leaves_no_trace():
    application = ApplicationFactory(name="shop")

    update_application(
        application=application, name="shop", uplink_url="", report_url="", actor=None
    )

    assert not AuditEvent.objects.exists()


def test_the_uplink_address_of_a_suspended_application_stays():
    application = ApplicationFactory(suspended=True, uplink_url="https://example.com/up")

    with pytest.raises(Refusal) as refused:
        update_application(
            application=application, name="shop", uplink_url="", report_url="", actor=None
        )

    assert refused.value.field == "uplink_url"
    application.refresh_from_db()
    assert application.uplink_url == "https://example.com/up"


@pytest.mark.django_db(transaction=True)
def test_the_quota_holds_when_members_press_at_once():
    customer = CustomerFactory()
    together = Barrier(6)

    def create(number):
        together.wait()
        try:
            return create_application(customer=customer, name=f"shop-{number}").pk
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(create, range(6)))

    assert outcomes.count("application_quota") == 4
    assert Application.objects.filter(customer=customer).count() == 2
