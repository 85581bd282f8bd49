import pytest

from customers.models import AuditEvent
from customers.services import audit
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def test_an_event_keeps_who_what_where_and_why():
    member = MembershipFactory()

    audit.record(
        verb="suspend",
        object_type="application",
        object_id=17,
        object_name="商" * 200,
        actor=member.user,
        customer=member.customer,
        ip_address="2001:db8::1",
        before={"status": "LAUNCHED"},
        after={"status": "SUSPENDED"},
        reason="complaints",
    )

    event = AuditEvent.objects.get()
    assert (event.verb, event.object_id, event.reason) == ("suspend", "17", "complaints")
    assert (event.actor, event.customer) == (member.user, member.customer)
    assert event.ip_address == "2001:db8::1"
    assert (event.before, event.after) == ({"status": "LAUNCHED"}, {"status": "SUSPENDED"})
    assert event.object_name == "商" * 128
