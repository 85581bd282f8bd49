import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from customers.models import AuditEvent, Customer, User
from tests.factories import (
    PASSWORD,
    AccessKeyFactory,
    ApplicationFactory,
    ChannelFactory,
    CustomerFactory,
    MembershipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ADD_CUSTOMER = "/operations/customers/customer/add/"


def change(name, subject):
    return reverse(f"admin:{name}_change", args=[subject.pk])


def test_opening_an_account_makes_its_owner(administration):
    response = administration.post(
        ADD_CUSTOMER,
        {"name": "云上科技", "owner_email": "o@example.com", "owner_password": PASSWORD},
    )

    customer = Customer.objects.get()
    assert response.url == change("customers_customer", customer)
    assert customer.memberships.get().user.email == "o@example.com"
    assert AuditEvent.objects.get().ip_address == "192.0.2.45"


def test_a_refused_account_keeps_what_was_typed(administration):
    UserFactory(email="o@example.com")

    response = administration.post(
        ADD_CUSTOMER,
        {"name": "云上科技", "owner_email": "o@example.com", "owner_password": PASSWORD},
    )

    assert response.status_code == 422
    page = response.content.decode()
    assert "is registered already" in page
    assert "云上科技" in page
    assert not Customer.objects.exists()


def test_a_reviewer_opens_no_account(console):
    assert console.get(ADD_CUSTOMER).status_code == 403


def test_changing_the_service_is_audited_with_before_and_after(administration):
    customer = CustomerFactory(name="云上科技", not_enabled=True)

    administration.post(
        change("customers_customer", customer),
        {
            "name": "云上科技",
            "status": "frozen",  # which only the page for freezing does
            "service": "enabled",
            **{
                f"{name}-{count}_FORMS": 0
                for name in (
                    "profile",
                    "agreements",
                    "memberships",
                    "applications",
                    "penalties",
                    "tickets",
                )
                for count in ("TOTAL", "INITIAL")
            },
        },
    )

    customer.refresh_from_db()
    event = AuditEvent.objects.get()
    assert customer.status == "active"
    assert (event.before, event.after) == ({"service": "not_enabled"}, {"service": "enabled"})
    assert (event.customer, event.ip_address) == (customer, "192.0.2.45")


def test_secrets_are_shown_nowhere(administration):
    application = ApplicationFactory()
    key = AccessKeyFactory()
    MembershipFactory(customer=application.customer)

    for page in (
        "/operations/customers/application/",
        change("customers_application", application),
        change("customers_customer", application.customer),
        "/operations/customers/accesskey/",
        change("customers_accesskey", key),
    ):
        response = administration.get(page)
        assert response.status_code == 200, page
        assert str(application.app_secret) not in response.content.decode()
        assert str(key.secret_key) not in response.content.decode()


def test_a_new_person_is_audited_without_the_password(administration):
    administration.post(
        "/operations/customers/user/add/",
        {
            "email": "new@example.com",
            "full_name": "New",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )

    assert User.objects.get_by_natural_key("new@example.com").check_password(PASSWORD)
    event = AuditEvent.objects.get()
    assert (event.verb, event.object_type) == ("create", "user")
    assert PASSWORD not in str(event.after)


def test_setting_a_password_is_audited(administration):
    person = UserFactory()

    administration.post(
        reverse("admin:auth_user_password_change", args=[person.pk]),
        {"usable_password": "true", "password1": "river-stone-43", "password2": "river-stone-43"},
    )

    person.refresh_from_db()
    assert person.check_password("river-stone-43")
    event = AuditEvent.objects.get()
    assert (event.verb, event.object_id) == ("change password", str(person.pk))


def test_only_an_administrator_makes_administrators():
    clerk, chief = UserFactory(staff=True), UserFactory(administrator=True)
    for permission in ("view_user", "change_user"):
        grant(clerk, permission)
    client = Client()
    client.force_login(clerk)

    client.post(
        change("customers_user", clerk),
        {"email": clerk.email, "full_name": "Clerk", "is_superuser": "on", "is_active": "on"},
    )
    password_page = reverse("admin:auth_user_password_change", args=[chief.pk])

    clerk.refresh_from_db()
    assert (clerk.full_name, clerk.is_superuser) == ("Clerk", False)
    assert client.get(password_page).status_code == 403


def grant(user, codename):
    user.user_permissions.add(Permission.objects.get(codename=codename))


def test_a_channel_is_edited_and_audited(administration):
    channel = ChannelFactory(name="Simulated")

    administration.post(
        change("messaging_channel", channel),
        {
            "name": "Simulated",
            "connector": "simulated",
            "delay_s": 2.5,
            "window": 100,
            "is_enabled": "on",
        },
    )

    channel.refresh_from_db()
    assert (channel.config, channel.window) == ({"delay_s": 2.5}, 100)
    assert AuditEvent.objects.get().after["delay_s"] == 2.5


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("messages_per_s", "0", "0.1 is one message in 10 seconds"),
        ("messages_per_s", "fast", "0.1 is one message in 10 seconds"),
        ("delay_s", "-1", "0 to 86400 seconds"),
        ("failure_ratio", "1.5", "share of messages that fail, 0 to 1"),
        ("receipts_per_s", "0", "0.1 to 100000"),
        ("window", "0", "The window is 1 to 5000 messages."),
    ],
)
def test_a_wrong_channel_setting_is_refused_by_its_rule(administration, field, value, rule):
    channel = ChannelFactory(name="Simulated", config={"messages_per_s": 5, "host": "smsc"})
    sent = {"name": "Simulated", "connector": "simulated", "window": "500", field: value}

    page = administration.post(change("messaging_channel", channel), sent)

    assert rule in str(page.context["adminform"].form.errors[field])
    channel.refresh_from_db()
    assert channel.config == {"messages_per_s": 5, "host": "smsc"}


def test_a_channel_setting_left_empty_takes_the_default(administration):
    channel = ChannelFactory(name="Simulated", config={"messages_per_s": 5, "host": "smsc"})
    sent = {"name": "Simulated", "connector": "simulated", "window": "500", "delay_s": "0"}

    administration.post(change("messaging_channel", channel), sent)

    channel.refresh_from_db()
    assert channel.config == {"host": "smsc", "delay_s": 0.0}
