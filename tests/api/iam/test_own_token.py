"""Whoever is signed in to the console gets a token that may do what the session may."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from customers.models import AuditEvent, Membership
from tests.factories import MembershipFactory, UserFactory

ADDRESS = "/api-reference/token"


def signed_in(member: Membership, **options: bool) -> Client:
    client = Client(**options)
    client.force_login(member.user)
    return client


def call(member: Membership, token: str, method: str = "get") -> int:
    path = f"/v1/{member.customer.project_id}/console/thresholds"
    return getattr(Client(), method)(path, headers={"X-Auth-Token": token}).status_code


@pytest.mark.parametrize(("role", "changing"), [("owner", 400), ("viewer", 403)])
def test_it_may_do_what_the_role_allows(db, role: str, changing: int):
    member = MembershipFactory(role=role)
    answer = signed_in(member).post(ADDRESS)
    token = answer.json()["token"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert call(member, token) == 200
    assert call(member, token, "put") == changing
    assert call(MembershipFactory(), token) == 403
    event = AuditEvent.objects.get(verb="issue")
    assert (event.actor, event.customer) == (member.user, member.customer)
    assert token not in str(event.after)


def test_it_ends_after_an_hour_and_with_the_membership(db):
    member = MembershipFactory()
    client = signed_in(member)
    token, other = (client.post(ADDRESS).json()["token"] for _ in range(2))
    with time_machine.travel(timedelta(minutes=61)):
        assert call(member, token) == 401
    member.delete()
    assert call(member, other) == 401


def test_who_gets_none(db):
    member = MembershipFactory()
    assert signed_in(member).get(ADDRESS).status_code == 405
    assert signed_in(member, enforce_csrf_checks=True).post(ADDRESS).status_code == 403
    assert Client().post(ADDRESS).url.startswith("/accounts/login/")
    homeless = Client()
    homeless.force_login(UserFactory())
    assert homeless.post(ADDRESS).status_code == 403
    assert not AuditEvent.objects.exists()
