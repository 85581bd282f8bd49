import pytest
from django.urls import reverse

from customers.models import Application, AuditEvent, Customer
from tests.factories import ApplicationFactory

from .conftest import Visitor

CREATE = reverse("portal:application-create")
LIST = reverse("portal:application-list")


def detail_of(application: Application) -> str:
    return reverse("portal:application-detail", args=[application.public_id])


def test_an_owner_creates_an_application(owner: Visitor, customer: Customer):
    values = {"name": "Shop_2", "uplink_url": "https://sms.example.com/up", "report_url": ""}
    response = owner.post(CREATE, values)
    application = customer.applications.get(name="Shop_2")
    assert (response.status_code, response.url) == (302, detail_of(application))
    assert application.uplink_url == "https://sms.example.com/up"
    event = AuditEvent.objects.get(verb="create", object_id=str(application.pk))
    assert event.actor == owner.membership.user
    assert event.ip_address == "127.0.0.1"


def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(owner: Visitor):
    values = {"name": "Shop 2!", "uplink_url": "https://sms.example.com/up"}
    response = owner.post(CREATE, values)
    page = response.content.decode()
    assert response.status_code == 422
    assert "“Shop 2!” does not fit" in page
    assert 'value="Shop 2!"' in page
    assert 'value="https://sms.example.com/up"' in page
    assert response.context["form"].errors.keys() == {"name"}


def test_a_used_up_quota_is_refused_with_what_to_do(owner: Visitor, customer: Customer, settings):
    settings.SMS_APPLICATION_QUOTA = 1
    response = owner.post(CREATE, {"name": "Another"})
    assert response.status_code == 422
    assert "The application quota is used up: 1 of 1." in response.content.decode()


def test_the_list_offers_a_new_one_only_while_there_is_room(
    owner: Visitor, customer: Customer, settings
):
    assert CREATE in owner.get(LIST).content.decode()
    settings.SMS_APPLICATION_QUOTA = 1
    assert CREATE not in owner.get(LIST).content.decode()


def test_an_owner_changes_name_and_addresses(owner: Visitor, customer: Customer):
    application = customer.applications.get()
    edit = reverse("portal:application-edit", args=[application.public_id])
    assert f'value="{application.name}"' in owner.get(edit).content.decode()
    response = owner.post(edit, {"name": "Renamed", "report_url": "https://a.example.com/r"})
    assert (response.status_code, response.url) == (302, detail_of(application))
    application.refresh_from_db()
    assert (application.name, application.report_url) == ("Renamed", "https://a.example.com/r")


def test_the_secret_shows_only_on_demand_and_leaves_a_trace(owner: Visitor, customer: Customer):
    application = customer.applications.get()
    assert application.app_secret not in owner.get(detail_of(application)).content.decode()
    secret = reverse("portal:application-secret", args=[application.public_id])
    response = owner.post(secret, headers={"HX-Request": "true"})
    assert application.app_secret in response.content.decode()
    assert "<html" not in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    event = AuditEvent.objects.get(verb="view_secret")
    assert (event.object_id, event.actor) == (str(application.pk), owner.membership.user)
    assert application.app_secret not in str((event.before, event.after, event.reason))


def test_without_javascript_the_secret_shows_on_the_whole_page(owner: Visitor, customer: Customer):
    application = customer.applications.get()
    response = owner.post(reverse("portal:application-secret", args=[application.public_id]))
    page = response.content.decode()
    assert application.app_secret in page
    assert "<html" in page


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_others_are_not_even_offered_the_secret(
    role: str, customer: Customer, request: pytest.FixtureRequest
):
    application = customer.applications.get()
    page = request.getfixturevalue(role).get(detail_of(application)).content.decode()
    assert reverse("portal:application-secret", args=[application.public_id]) not in page
    assert application.app_secret not in page


def test_the_access_address_is_the_configured_one(owner: Visitor, customer: Customer, settings):
    settings.SMS_BASE_URL = "https://sms.example.cn"
    page = owner.get(detail_of(customer.applications.get())).content.decode()
    assert "https://sms.example.cn/sms/batchSendSms/v1" in page


def test_a_first_application_is_suggested(stranger: Visitor):
    page = stranger.get(LIST).content.decode()
    assert "You have no application yet" in page
    assert CREATE in page


def test_the_list_costs_the_same_for_one_and_for_ten(
    owner: Visitor, customer: Customer, django_assert_num_queries, settings
):
    settings.SMS_APPLICATION_QUOTA = 20
    owner.get(LIST)
    with django_assert_num_queries(4) as first:
        owner.get(LIST)
    ApplicationFactory.create_batch(9, customer=customer)
    with django_assert_num_queries(len(first.captured_queries)):
        owner.get(LIST)


def edit_of(application: Application) -> str:
    return reverse("portal:application-edit", args=[application.public_id])


def test_an_owner_says_who_may_call(owner: Visitor, customer: Customer):
    application = customer.applications.get()
    values = {
        "name": application.name,
        "ip_allowlist": "203.0.113.7, 198.51.100.0/24\r\n2001:db8::/32",
        "refuses_replays": "on",
    }
    assert owner.post(edit_of(application), values).status_code == 302
    application.refresh_from_db()
    assert application.ip_allowlist == ["203.0.113.7", "198.51.100.0/24", "2001:db8::/32"]
    assert application.refuses_replays
    page = owner.get(detail_of(application)).content.decode()
    assert "198.51.100.0/24" in page
    assert "Refused: each nonce" in page
    assert "203.0.113.7\n198.51.100.0/24" in owner.get(edit_of(application)).content.decode()


def test_a_wrong_entry_is_named_and_what_was_typed_stays(owner: Visitor, customer: Customer):
    application = customer.applications.get()
    typed = "203.0.113.7\nshop.example.com"
    response = owner.post(edit_of(application), {"name": application.name, "ip_allowlist": typed})
    page = response.content.decode()
    assert response.status_code == 422
    assert "“shop.example.com” is no IP address" in page
    assert typed in page
    assert response.context["form"].errors.keys() == {"ip_allowlist"}


def reset_of(application: Application) -> str:
    return reverse("portal:application-secret-reset", args=[application.public_id])


def asked(owner: Visitor, application: Application) -> str:
    """The hidden value of the page that asks how the old secret shall end."""
    return str(owner.get(reset_of(application)).context["form"]["replaces"].value())


@pytest.mark.parametrize(
    ("choice", "told"), [("keep", "The old one works until"), ("end", "works no longer")]
)
def test_the_new_secret_shows_once(choice: str, told: str, owner: Visitor, customer: Customer):
    application = customer.applications.get()
    values = {"ending": choice, "replaces": asked(owner, application)}
    response = owner.post(reset_of(application), values)
    old = application.app_secret
    application.refresh_from_db()
    page = response.content.decode()
    assert application.app_secret != old
    assert (application.previous_secret == old) == (choice == "keep")
    assert application.app_secret in page
    assert old not in page
    assert told in page
    assert "no-store" in response.headers["Cache-Control"]
    detail = owner.get(detail_of(application)).content.decode()
    assert application.app_secret not in detail
    assert ("works until" in detail) == (choice == "keep")


def test_loading_the_page_again_resets_nothing(owner: Visitor, customer: Customer):
    application = customer.applications.get()
    values = {"ending": "end", "replaces": asked(owner, application)}
    owner.post(reset_of(application), values)
    application.refresh_from_db()
    response = owner.post(reset_of(application), values, follow=True)
    assert "The secret was reset already." in response.content.decode()
    assert customer.applications.get().app_secret == application.app_secret


def test_a_reset_without_a_choice_asks_again(owner: Visitor, customer: Customer):
    application = customer.applications.get()
    response = owner.post(reset_of(application), {"replaces": asked(owner, application)})
    assert response.status_code == 422
    assert customer.applications.get().app_secret == application.app_secret


def test_the_time_of_replies_is_asked_for_once(owner: Visitor, road):
    create = reverse("portal:application-create")
    assert "receives_uplink_time" in owner.get(create).content.decode()
    owner.post(create, {"name": "Shop_9", "receives_uplink_time": "on"})
    application = Application.objects.get(name="Shop_9")
    assert application.receives_uplink_time
    edit = reverse("portal:application-edit", args=[application.public_id])
    assert "receives_uplink_time" not in owner.get(edit).content.decode()
    owner.post(edit, {"name": "Shop_9b"})
    application.refresh_from_db()
    assert application.name == "Shop_9b"
    assert application.receives_uplink_time
