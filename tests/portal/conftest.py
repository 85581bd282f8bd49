"""A customer with everything approved, and people who look at it in different roles."""

import time
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from customers.models import Customer, Membership
from messaging.models.partitions import ensure_partitions
from messaging.services import catalogue
from tests.factories import (
    ChannelFactory,
    CustomerFactory,
    MembershipFactory,
    TemplateFactory,
    UserFactory,
)
from tests.messaging.road import Road


@pytest.fixture
def road(db: None) -> Road:
    """A customer's road for messages; `owner`, `operator` and `viewer` are its members."""
    catalogue.forget()
    ensure_partitions()
    channel = ChannelFactory(is_default=True)
    template = TemplateFactory(adopted=True)
    return Road(template.application, channel, template)


@pytest.fixture
def customer(road: Road) -> Customer:
    return road.application.customer


@dataclass
class Visitor:
    """A signed-in person's browser without a browser."""

    client: Client
    membership: Membership | None

    def get(self, path: str, **options: Any) -> Any:
        return self.client.get(path, **options)

    def post(self, path: str, data: Any = None, **options: Any) -> Any:
        return self.client.post(path, data or {}, **options)


def visitor(customer: Customer, role: str) -> Visitor:
    membership = MembershipFactory(customer=customer, role=role)
    client = Client()
    client.force_login(membership.user)
    confirm(client)
    return Visitor(client, membership)


def confirm(client: Client, *, seconds_ago: float = 0) -> None:
    """As if the visitor had written the password again, as secrets ask for."""
    session = client.session
    proof = {"method": "password", "at": time.time() - seconds_ago, "reauthenticated": True}
    session["account_authentication_methods"] = [proof]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


@pytest.fixture
def owner(customer: Customer) -> Visitor:
    return visitor(customer, Membership.Role.OWNER)


@pytest.fixture
def administrator(customer: Customer) -> Visitor:
    return visitor(customer, Membership.Role.ADMIN)


@pytest.fixture
def operator(customer: Customer) -> Visitor:
    return visitor(customer, Membership.Role.OPERATOR)


@pytest.fixture
def viewer(customer: Customer) -> Visitor:
    return visitor(customer, Membership.Role.VIEWER)


@pytest.fixture
def stranger(db: None) -> Visitor:
    """The owner of another customer account."""
    return visitor(CustomerFactory(), Membership.Role.OWNER)


@pytest.fixture
def reviewer(db: None) -> Visitor:
    """A member of the operations team who belongs to no customer."""
    client = Client()
    client.force_login(UserFactory(staff=True))
    return Visitor(client, None)


@pytest.fixture
def anonymous() -> Visitor:
    return Visitor(Client(), None)
