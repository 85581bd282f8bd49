from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from common.clock import now
from common.errors import Refusal
from customers.models import Application, AuditEvent
from customers.services.applications import (
    OLD_SECRET_LIVES,
    create_application,
    reset_secret,
    update_application,
)
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


def changed(application, **values):
    kept = {"name": application.name, "uplink_url": "", "report_url": "", "actor": None}
    return update_application(application=application, **kept | values)


def test_who_may_call_is_set_and_audited():
    application = ApplicationFactory()

    changed(application, ip_allowlist=["203.0.113.7/32"], refuses_replays=True)

    application.refresh_from_db()
    assert (application.ip_allowlist, application.refuses_replays) == (["203.0.113.7"], True)
    event = AuditEvent.objects.get()
    assert (event.before["ip_allowlist"], event.after["ip_allowlist"]) == ([], ["203.0.113.7"])
    assert (event.before["refuses_replays"], event.after["refuses_replays"]) == (False, True)


def test_who_may_call_stays_when_nothing_is_said_of_it():
    application = ApplicationFactory(ip_allowlist=["203.0.113.7"], refuses_replays=True)

    changed(application, name="renamed")

    application.refresh_from_db()
    assert (application.ip_allowlist, application.refuses_replays) == (["203.0.113.7"], True)


def test_the_allowlist_of_a_suspended_application_stays():
    application = ApplicationFactory(suspended=True, ip_allowlist=["203.0.113.7"])

    with pytest.raises(Refusal) as refused:
        changed(application, ip_allowlist=[])

    assert (refused.value.code, refused.value.field) == ("application_suspended", "ip_allowlist")


def test_after_a_reset_the_old_secret_works_for_a_day():
    member = MembershipFactory()
    application = ApplicationFactory(customer=member.customer)
    old, started = application.app_secret, now()

    renewed = reset_secret(
        application=application, keeps_old=True, actor=member.user, ip_address="192.0.2.7"
    )

    stored = Application.objects.get()
    assert stored.app_secret == renewed.app_secret != old
    assert stored.previous_secret == old
    assert timedelta(0) <= stored.previous_secret_until - started - OLD_SECRET_LIVES
    assert stored.previous_secret_until <= now() + OLD_SECRET_LIVES
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.ip_address) == (
        "reset_secret",
        member.user,
        "192.0.2.7",
    )
    said = str((event.before, event.after))
    assert old not in said
    assert stored.app_secret not in said


def test_a_reset_can_end_every_older_secret_at_once():
    application = ApplicationFactory()
    once = reset_secret(application=application, keeps_old=True, actor=None)

    reset_secret(application=once, keeps_old=False, actor=None)

    stored = Application.objects.get()
    assert stored.app_secret not in (once.app_secret, application.app_secret)
    assert (stored.previous_secret, stored.previous_secret_until) == ("", None)


def test_a_secret_is_reset_once_when_two_reset_it():
    application = ApplicationFactory()
    other = Application.objects.get()
    renewed = reset_secret(application=application, keeps_old=False, actor=None)

    with pytest.raises(Refusal) as refused:
        reset_secret(application=other, keeps_old=False, actor=None)

    assert refused.value.code == "secret_changed"
    assert Application.objects.get().app_secret == renewed.app_secret


@pytest.mark.parametrize("receives", [True, False])
def test_the_time_of_replies_is_asked_for_at_creation_only(receives):
    application = create_application(
        customer=CustomerFactory(), name="shop", receives_uplink_time=receives
    )
    assert Application.objects.get().receives_uplink_time is receives
    update_application(
        application=application, name="shop2", uplink_url="", report_url="", actor=None
    )
    assert Application.objects.get().receives_uplink_time is receives
