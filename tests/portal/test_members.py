"""Members, the links of invitations, access keys and the audit trail in the portal."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import AccessKey, AuditEvent, Customer, Invitation, Membership, User
from customers.services import audit, invitations
from tests.factories import PASSWORD, MembershipFactory, UserFactory

from .conftest import Visitor, confirm


@pytest.fixture
def invitation(owner: Visitor) -> Invitation:
    owner.post(reverse("portal:member-invite"), {"email": "new@example.com", "role": "operator"})
    return Invitation.objects.get()


def link(invitation: Invitation) -> str:
    return reverse("portal:invitation", args=[invitation.public_id, invitation.key])


def test_a_newcomer_joins_and_is_signed_in(invitation: Invitation, client: Client):
    assert "new@example.com" in client.get(link(invitation)).content.decode()
    answer = client.post(link(invitation), {"full_name": "New", "password": PASSWORD})
    assert answer.url == reverse("portal:overview")
    page = client.get(answer.url)
    assert page.status_code == 200
    assert page.wsgi_request.membership.role == "operator"


def test_a_weak_password_is_refused_and_the_name_kept(invitation: Invitation, client: Client):
    answer = client.post(link(invitation), {"full_name": "New", "password": "12345678"})
    assert answer.status_code == 422
    assert 'value="New"' in answer.content.decode()
    assert not User.objects.filter(email="new@example.com").exists()


def test_a_used_link_says_so(invitation: Invitation, client: Client):
    client.post(link(invitation), {"full_name": "New", "password": PASSWORD})
    for visitor in (client, Client()):
        answer = visitor.post(link(invitation), {"full_name": "Evil", "password": PASSWORD})
        assert answer.status_code == 409
        assert "This invitation was used already" in answer.content.decode()
    assert Membership.objects.filter(user__email="new@example.com").count() == 1


def test_a_revoked_link_says_so(invitation: Invitation, owner: Visitor, client: Client):
    owner.post(reverse("portal:invitation-revoke", args=[invitation.public_id]))
    answer = client.get(link(invitation))
    assert answer.status_code == 409
    assert "was taken back" in answer.content.decode()


def test_somebody_else_cannot_use_it(invitation: Invitation, stranger: Visitor):
    answer = stranger.post(link(invitation))
    assert answer.status_code == 409
    assert "This invitation is for new@example.com" in answer.content.decode()
    assert not Invitation.objects.exclude(accepted_at=None).exists()


def test_a_wrong_key_is_as_unknown_as_a_wrong_id(invitation: Invitation, client: Client):
    wrong = reverse("portal:invitation", args=[invitation.public_id, "0" * 40])
    assert client.get(wrong).status_code == 404


def test_people_with_a_log_in_sign_in_first(invitation: Invitation, client: Client):
    user = UserFactory(email="new@example.com")
    assert "Sign in to accept" in client.get(link(invitation)).content.decode()
    answer = client.post(link(invitation), {"full_name": "Evil", "password": PASSWORD})
    assert "has a log-in already" in answer.content.decode()
    client.force_login(user)
    assert client.post(link(invitation)).status_code == 302
    assert user.memberships.get().role == "operator"


def test_accepting_needs_the_csrf_token(invitation: Invitation):
    strict = Client(enforce_csrf_checks=True)
    fields = {"full_name": "New", "password": PASSWORD}
    assert strict.post(link(invitation), fields).status_code == 403


def test_the_last_owner_is_told_what_to_do(owner: Visitor, customer: Customer):
    page = reverse("portal:member-edit", args=[owner.membership.pk])
    answer = owner.post(page, {"role": "viewer"})
    assert answer.status_code == 422
    assert "is the only owner" in answer.content.decode()
    remove = reverse("portal:member-remove", args=[owner.membership.pk])
    answer = owner.post(remove, follow=True)
    assert "is the only owner" in answer.content.decode()
    assert customer.memberships.owners().count() == 1


def test_administrators_are_not_offered_owners(customer: Customer):
    admin = MembershipFactory(customer=customer, role="admin")
    client = Client()
    client.force_login(admin.user)
    page = client.get(reverse("portal:member-invite")).content.decode()
    assert 'value="admin"' in page
    assert 'value="owner"' not in page


def test_a_secret_key_is_shown_once(owner: Visitor):
    page = owner.post(reverse("portal:key-create"))
    key = AccessKey.objects.get()
    assert str(key.secret_key) in page.content.decode()
    assert page.headers["Cache-Control"].startswith("max-age=0")
    assert str(key.secret_key) not in owner.get(reverse("portal:key-list")).content.decode()


@pytest.mark.parametrize("seconds_ago", [601, 100_000])
def test_a_new_key_asks_for_the_password_again(owner: Visitor, seconds_ago: int):
    confirm(owner.client, seconds_ago=seconds_ago)
    answer = owner.post(reverse("portal:key-create"))
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not AccessKey.objects.exists()
    owner.post(answer.url, {"password": PASSWORD})
    assert owner.post(reverse("portal:key-create")).status_code == 200


def test_colleagues_see_their_own_keys_only(owner: Visitor, operator: Visitor):
    owner.post(reverse("portal:key-create"))
    key = AccessKey.objects.get().access_key
    assert key not in operator.get(reverse("portal:key-list")).content.decode()
    assert operator.post(reverse("portal:key-switch", args=[key])).status_code == 404


def record(customer: Customer, **fields):
    return audit.record(
        **{"verb": "update", "object_type": "application", "object_id": 1} | fields,
        customer=customer,
    )


def test_the_trail_is_filtered_and_exported_without_formulas(owner: Visitor, customer: Customer):
    record(customer, object_name="=HYPERLINK(1)", actor=owner.membership.user, after={"name": "x"})
    record(customer, object_name="other", verb="create")
    record(MembershipFactory().customer, object_name="=secret of a stranger")
    answer = owner.get(reverse("portal:audit-list"), data={"verb": "update", "export": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row[5] for row in rows[1:]] == ["'=HYPERLINK(1)"]
    assert rows[1][1] == owner.membership.user.email
    assert AuditEvent.objects.first().verb == "export"


def test_names_of_the_operations_team_stay_inside(owner: Visitor, customer: Customer):
    reviewer = UserFactory(staff=True)
    record(customer, verb="approve", actor=reviewer, object_name="shown")
    record(customer, verb="claim", actor=reviewer, object_name="kept inside")
    page = owner.get(reverse("portal:audit-list")).content.decode()
    assert "Operations team" in page
    assert reviewer.email not in page
    assert "kept inside" not in page


def test_an_impossible_filter_is_said_at_its_field(owner: Visitor):
    answer = owner.get(reverse("portal:audit-list"), data={"since": "yesterday"})
    assert answer.status_code == 422


def test_an_invitation_needs_no_open_registration(invitation: Invitation, client: Client, settings):
    settings.SMS_REGISTRATION = False
    invitations.require_open(invitation)
    answer = client.post(link(invitation), {"full_name": "New", "password": PASSWORD})
    assert answer.status_code == 302
