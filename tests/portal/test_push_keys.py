"""The form for push AK and push SK of an application."""

import pytest
from django.urls import reverse

from customers.models import Application, AuditEvent
from messaging.services.push_keys import push_keys
from tests.messaging.road import Road

from .conftest import Visitor

GOOD = {"push_ak": "PUSH-KEY-1", "push_sk": "Secret-of-2026"}


def page_of(road: Road) -> str:
    return reverse("portal:application-push-keys", args=[road.application.public_id])


def stored(road: Road) -> tuple[str, str]:
    application = Application.objects.get(pk=road.application.pk)
    return application.push_ak, application.push_sk


def test_own_keys_are_stored_and_shown_once(
    owner: Visitor, road: Road, django_capture_on_commit_callbacks
):
    assert push_keys(road.application.pk) is None
    with django_capture_on_commit_callbacks(execute=True):
        response = owner.post(page_of(road), GOOD)
    assert stored(road) == (GOOD["push_ak"], GOOD["push_sk"])
    assert GOOD["push_sk"] in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert push_keys(road.application.pk).secret == GOOD["push_sk"]
    detail = reverse("portal:application-detail", args=[road.application.public_id])
    page = owner.get(detail).content.decode()
    assert GOOD["push_ak"] in page
    assert GOOD["push_sk"] not in page
    assert GOOD["push_sk"] not in owner.get(page_of(road)).content.decode()
    event = AuditEvent.objects.get(verb="set_push_keys")
    assert event.after == {"push_ak": GOOD["push_ak"]}
    assert event.actor == owner.membership.user


def test_empty_fields_make_keys(owner: Visitor, road: Road):
    response = owner.post(page_of(road), {"push_ak": "", "push_sk": ""})
    access, secret = stored(road)
    assert len(access) == 20
    assert len(secret) >= 20
    assert access != secret
    assert secret in response.content.decode()


@pytest.mark.parametrize(
    ("keys", "field", "sentence"),
    [
        ({"push_ak": "short"}, "push_ak", "8 to 64 letters"),
        ({"push_ak": ""}, "push_ak", "8 to 64 letters"),
        ({"push_sk": "Ab1-"}, "push_sk", "8 to 32 characters"),
        ({"push_sk": "onlysmallletters"}, "push_sk", "of three kinds"),
        ({"push_sk": "With blank 1"}, "push_sk", "without blanks"),
        ({"push_ak": "Same-key-1", "push_sk": "Same-key-1"}, "push_sk", "are the same"),
    ],
)
def test_keys_that_break_a_rule_are_refused(
    keys: dict[str, str], field: str, sentence: str, owner: Visitor, road: Road
):
    response = owner.post(page_of(road), GOOD | keys)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {field}
    assert sentence in response.content.decode()
    assert stored(road) == ("", "")


def test_switched_off_the_keys_are_gone(
    owner: Visitor, road: Road, django_capture_on_commit_callbacks
):
    owner.post(page_of(road), GOOD)
    with django_capture_on_commit_callbacks(execute=True):
        owner.post(f"{page_of(road)}/remove")
    assert stored(road) == ("", "")
    assert push_keys(road.application.pk) is None
    assert AuditEvent.objects.get(verb="remove_push_keys").before == {"push_ak": GOOD["push_ak"]}
