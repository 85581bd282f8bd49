"""Who may open which page: every address of the portal, asked by everyone."""

from dataclasses import dataclass

import pytest
from django.urls import get_resolver, reverse

from customers.models import Customer
from messaging.models import GroupTask
from tests.factories import MembershipFactory, SignatureFactory, TemplateFactory, UserFactory
from tests.messaging.road import Road, numbers

from .conftest import Visitor

OPEN_TO_ALL = {"language"}
"""Addresses of the portal that need no log-in."""

READ = {"owner": 200, "operator": 200, "viewer": 200}
SEND = {"owner": 200, "operator": 200, "viewer": 403}
MANAGE = {"owner": 200, "operator": 403, "viewer": 403}


@dataclass(frozen=True)
class Page:
    """An address, what each role gets, and what someone from another customer gets."""

    roles: dict[str, int]
    stranger: int = 200
    of: str = ""
    method: str = "get"


PAGES = {
    "overview": Page(READ),
    "customer-choose": Page(dict.fromkeys(READ, 302), 302, method="post"),
    "application-list": Page(READ),
    "application-create": Page(MANAGE),
    "application-detail": Page(READ, 404, "application"),
    "application-edit": Page(MANAGE, 404, "application"),
    "application-secret": Page(MANAGE, 404, "application", "post"),
    "application-secret-reset": Page(MANAGE, 404, "application"),
    "application-test": Page(SEND, 404, "application"),
    "application-test-preview": Page(SEND, 404, "application", "post"),
    "test-report": Page(SEND, 404, "message"),
    "signature-list": Page(READ),
    "signature-create": Page(MANAGE),
    "signature-preview": Page(MANAGE, method="post"),
    "signature-detail": Page(READ, 404, "signature"),
    "signature-edit": Page(MANAGE, 404, "signature"),
    "template-list": Page(READ),
    "template-create": Page(MANAGE),
    "template-signatures": Page(MANAGE, method="post"),
    "template-variables": Page(MANAGE, method="post"),
    "template-preview": Page(MANAGE, method="post"),
    "template-detail": Page(READ, 404, "template"),
    "template-edit": Page(MANAGE, 404, "template"),
    "template-withdraw": Page(MANAGE | {"owner": 302}, 404, "template", "post"),
    "template-disable": Page(MANAGE | {"owner": 302}, 404, "template", "post"),
    "group-list": Page(READ),
    "group-create": Page(SEND),
    "group-choices": Page(SEND),
    "group-sample": Page(SEND, 404, "sample"),
    "group-detail": Page(READ, 404, "task"),
    "group-state": Page(READ, 404, "task"),
    "group-confirm": Page(SEND | {"owner": 422, "operator": 422}, 404, "task", "post"),
    "group-cancel": Page(SEND | {"owner": 302, "operator": 302}, 404, "task", "post"),
    "group-problems": Page(READ, 404, "task"),
    "message-list": Page(READ),
    "error-code-list": Page(READ),
    "inbox": Page(READ),
}


@pytest.fixture
def addresses(road: Road) -> dict[str, str]:
    """The address of every page, for objects of the customer."""
    application = road.application
    task = GroupTask.objects.create(
        customer=application.customer,
        application=application,
        signature=road.template.signature,
        template=road.template,
        name="Notice",
        state=GroupTask.State.CHECKED,
        created_by=_someone(application.customer),
    )
    ids = {
        "application": application.public_id,
        "signature": SignatureFactory(application=application, rejected=True).public_id,
        "template": TemplateFactory(application=application, rejected=True).public_id,
        "sample": road.template.public_id,
        "task": task.public_id,
        "message": road.accept(numbers(1)).sms_msg_ids(1)[0],
    }
    return {
        name: reverse(f"portal:{name}", args=[ids[page.of]] if page.of else [])
        for name, page in PAGES.items()
    }


def test_every_address_of_the_portal_is_in_the_table():
    (portal,) = [
        entry for entry in get_resolver().url_patterns if getattr(entry, "app_name", "") == "portal"
    ]
    assert {pattern.name for pattern in portal.url_patterns} == set(PAGES) | OPEN_TO_ALL


@pytest.mark.parametrize("role", ["owner", "operator", "viewer"])
def test_members_by_role(role: str, addresses: dict[str, str], request: pytest.FixtureRequest):
    visitor: Visitor = request.getfixturevalue(role)
    expected = {name: page.roles[role] for name, page in PAGES.items()}
    assert _walk(visitor, addresses) == expected


def test_strangers_do_not_even_learn_that_it_exists(addresses: dict[str, str], stranger: Visitor):
    assert _walk(stranger, addresses) == {name: page.stranger for name, page in PAGES.items()}


def test_the_operations_team_is_sent_to_its_own_console(
    addresses: dict[str, str], reviewer: Visitor
):
    for name, page in PAGES.items():
        response = getattr(reviewer, page.method)(addresses[name])
        assert (response.status_code, response.url) == (302, reverse("admin:index")), name


def test_everyone_else_has_to_sign_in(addresses: dict[str, str], anonymous: Visitor):
    for name, page in PAGES.items():
        response = getattr(anonymous, page.method)(addresses[name])
        assert response.status_code == 302, name
        assert response.url.startswith(reverse("account_login")), name


def test_what_changes_something_takes_no_get(addresses: dict[str, str], owner: Visitor):
    changing = [name for name, page in PAGES.items() if page.method == "post"]
    answers = {name: owner.get(addresses[name]).status_code for name in changing}
    assert answers == dict.fromkeys(changing, 405)


def test_someone_without_a_customer_is_told_so(client, db):
    client.force_login(_someone(None))
    response = client.get(reverse("portal:overview"))
    assert response.status_code == 403
    assert "You belong to no customer account yet" in response.content.decode()


def _walk(visitor: Visitor, addresses: dict[str, str]) -> dict[str, int]:
    """Open every address once; return the HTTP status of each."""
    return {
        name: getattr(visitor, page.method)(addresses[name]).status_code
        for name, page in PAGES.items()
    }


def _someone(customer: Customer | None):
    return MembershipFactory(customer=customer).user if customer else UserFactory()
