from django.urls import reverse

from customers.models import Membership
from tests.factories import MembershipFactory

from .conftest import Visitor

LANGUAGE = reverse("portal:language")
CHOOSE = reverse("portal:customer-choose")


def test_anyone_may_change_the_language_before_signing_in(anonymous: Visitor, db):
    login = reverse("account_login")
    response = anonymous.post(LANGUAGE, {"language": "zh-hans", "next": login})
    assert (response.status_code, response.url) == (302, login)
    assert '<html lang="zh-hans"' in anonymous.get(login).content.decode()


def test_the_language_is_kept_for_the_user(owner: Visitor):
    owner.post(LANGUAGE, {"language": "zh-hans"})
    owner.membership.user.refresh_from_db()
    assert owner.membership.user.language == "zh-hans"
    assert "应用管理" in owner.get(reverse("portal:overview")).content.decode()


def test_a_language_that_is_not_offered_changes_nothing(owner: Visitor):
    owner.post(LANGUAGE, {"language": "xx"})
    owner.membership.user.refresh_from_db()
    assert owner.membership.user.language == ""


def test_the_way_back_stays_on_this_site(owner: Visitor):
    response = owner.post(LANGUAGE, {"language": "en", "next": "https://evil.example.com/"})
    assert response.url == "/"


def test_a_member_of_several_customers_switches(owner: Visitor):
    other = MembershipFactory(user=owner.membership.user, role=Membership.Role.VIEWER)
    page = owner.get(reverse("portal:overview")).content.decode()
    assert str(other.customer.public_id) in page
    owner.post(CHOOSE, {"customer": str(other.customer.public_id)})
    request = owner.get(reverse("portal:overview")).wsgi_request
    assert (request.customer, request.membership) == (other.customer, other)


def test_nobody_switches_to_a_customer_of_others(owner: Visitor, stranger: Visitor):
    foreign = stranger.membership.customer
    owner.post(CHOOSE, {"customer": str(foreign.public_id)})
    request = owner.get(reverse("portal:overview")).wsgi_request
    assert request.customer == owner.membership.customer


def test_servers_without_a_session_cost_no_membership_query(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        client.get(reverse("portal:overview"))
