"""Second factors on the operations console: removable, never readable."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from customers.models import AuditEvent
from tests.factories import UserFactory

SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def lost(db: None) -> Authenticator:
    return Authenticator.objects.create(
        user=UserFactory(), type=Authenticator.Type.TOTP, data={"secret": SECRET}
    )


def signed_in(**kind: bool) -> Client:
    client = Client()
    client.force_login(UserFactory(**kind))
    return client


def test_nobody_reads_the_secret(lost: Authenticator, settings):
    settings.SMS_OPERATIONS_MFA = False
    page = signed_in(administrator=True).get(
        reverse("admin:mfa_authenticator_change", args=[lost.pk])
    )
    assert page.status_code == 200
    assert lost.user.email in page.content.decode() or str(lost.user) in page.content.decode()
    assert SECRET not in page.content.decode()


def test_an_administrator_removes_a_lost_one_and_it_is_audited(lost: Authenticator, settings):
    settings.SMS_OPERATIONS_MFA = False
    address = reverse("admin:mfa_authenticator_delete", args=[lost.pk])
    assert signed_in(administrator=True).post(address, {"post": "yes"}).status_code == 302
    assert not Authenticator.objects.exists()
    assert AuditEvent.objects.get(verb="delete").object_type == "authenticator"


def test_others_of_the_team_do_not(lost: Authenticator, settings):
    settings.SMS_OPERATIONS_MFA = False
    address = reverse("admin:mfa_authenticator_delete", args=[lost.pk])
    assert signed_in(reviewer=True).post(address, {"post": "yes"}).status_code == 403
    assert Authenticator.objects.exists()
