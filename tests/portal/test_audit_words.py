"""The audit trail speaks of fields and values as the pages do, in the reader's language."""

import pytest
from django.urls import reverse
from django.utils import translation

from customers.audit_words import field_of, value_of
from customers.models import Application, Customer
from customers.services import audit

from .conftest import Visitor


@pytest.mark.parametrize(
    ("object_type", "field", "label"),
    [
        ("application", "uplink_url", Application._meta.get_field("uplink_url").verbose_name),
        ("membership", "role", "Role"),
        ("customer", "previous_secret_until", "Old secret works until"),
        ("nothing", "some_new_field", "Some new field"),
    ],
)
def test_fields_are_called_by_their_labels(object_type: str, field: str, label: str):
    assert field_of(object_type, field).lower() == label.lower()


@pytest.mark.parametrize(
    ("object_type", "field", "value", "words"),
    [
        ("membership", "role", "viewer", "Viewer"),
        ("application", "status", "SUSPENDED", "Suspended"),
        ("contact", "is_active", True, "Yes"),
        ("application", "ip_allowlist", ["192.0.2.1", "192.0.2.2"], "192.0.2.1, 192.0.2.2"),
        ("application", "name", None, "–"),
        ("resend", "left_out", {"role": 2}, "Role: 2"),
        ("resend", "left_out", [{"role": 2}, {}], "Role: 2, –"),
    ],
)
def test_values_are_written_as_people_write_them(
    object_type: str, field: str, value: object, words: str
):
    assert value_of(object_type, field, value) == words


def test_the_page_shows_labels_and_nothing_internal(owner: Visitor, customer: Customer):
    audit.record(
        verb="change_role",
        object_type="membership",
        object_id=1,
        customer=customer,
        before={"role": "viewer"},
        after={"role": "admin", "sha256": "0badc0de"},
    )
    page = owner.get(reverse("portal:audit-list")).content.decode()
    assert "Role: Viewer → Administrator" in page
    assert "0badc0de" not in page


def test_words_follow_the_readers_language():
    with translation.override("zh-hans"):
        assert value_of("membership", "role", "viewer") != "Viewer"
        assert field_of("membership", "role") != "Role"
