"""Contacts: at most ten, with proven addresses; and what they are told."""

from typing import Any

import pytest
import time_machine
from django.core import mail

from common.clock import now
from common.errors import Refusal
from customers.models import AuditEvent, Contact, Customer, Delivery, Notice, User
from customers.services import contacts, deliveries, notices
from tests.factories import CustomerFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    return CustomerFactory()


@pytest.fixture
def actor(customer: Customer) -> User:
    return MembershipFactory(customer=customer).user


def add(customer: Customer, actor: User, **changes: Any) -> Contact:
    fields = {
        "name": "值班",
        "mobile": "138 0013 8000",
        "email": "duty@example.com",
        "topics": ["signature"],
    }
    return contacts.add_contact(customer=customer, actor=actor, **(fields | changes))


def prove(contact: Contact) -> Contact:
    codes = {row.medium: str(row.code) for row in Delivery.objects.filter(notice=None)}
    contacts.prove_mobile(contact=contact, code=codes["sms"])
    contacts.prove_email(contact=contact, code=codes["email"])
    contact.refresh_from_db()
    return contact


def announce(customer: Customer, event: str = Notice.Event.SIGNATURE_REJECTED) -> Notice:
    return notices.announce(
        customer=customer,
        event=event,
        object_type="signature",
        object_id=customer.public_id,
        params={"name": "云上商城", "comment": "Send the licence."},
    )


class TestContacts:
    def test_a_new_contact_gets_a_code_at_each_address(self, customer, actor):
        contact = add(customer, actor)
        assert contact.mobile == "+8613800138000"
        assert {row.address for row in Delivery.objects.all()} == {contact.mobile, contact.email}
        assert not contact.is_mobile_verified
        assert prove(contact).is_mobile_verified
        assert contact.is_email_verified
        assert AuditEvent.objects.filter(object_type="contact", verb="create").count() == 1

    def test_the_eleventh_is_refused(self, customer, actor):
        for turn in range(contacts.MOST):
            add(customer, actor, mobile=f"1380013800{turn}", email=f"a{turn}@example.com")
        with pytest.raises(Refusal) as refused:
            add(customer, actor, mobile="13900139000", email="b@example.com")
        assert refused.value.code == "contact_limit"
        assert customer.contacts.count() == contacts.MOST

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": " "}, "name"),
            ({"mobile": "12345"}, "mobile"),
            ({"email": "nobody"}, "email"),
            ({"topics": ["weather"]}, "topics"),
        ],
    )
    def test_what_is_wrong_is_named(self, customer, actor, changes, field):
        with pytest.raises(Refusal) as refused:
            add(customer, actor, **changes)
        assert refused.value.field == field
        assert not Delivery.objects.exists()

    def test_a_mobile_number_stands_once_with_a_customer(self, customer, actor):
        add(customer, actor)
        with pytest.raises(Refusal) as refused:
            add(customer, actor, email="other@example.com")
        assert refused.value.code == "contact_duplicate"

    def test_a_new_number_has_to_be_proven_again(self, customer, actor):
        contact = prove(add(customer, actor))
        changed = contacts.change_contact(
            contact=contact,
            name="值班",
            mobile="13900139000",
            email=contact.email,
            topics=["traffic"],
            actor=actor,
        )
        assert not changed.is_mobile_verified
        assert changed.is_email_verified


class TestNotices:
    def test_it_goes_to_proven_addresses_of_contacts_who_want_it(self, customer, actor):
        told = prove(add(customer, actor))
        with time_machine.travel(now(), tick=True):
            add(customer, actor, mobile="13900139000", email="unproven@example.com")
            announce(customer)
        owed = Delivery.objects.filter(notice__isnull=False)
        assert {row.address for row in owed} == {told.mobile, told.email}

    def test_nobody_is_told_of_what_they_did_not_choose(self, customer, actor):
        prove(add(customer, actor, topics=["traffic"]))
        announce(customer)
        assert not Delivery.objects.filter(notice__isnull=False).exists()
        assert Notice.objects.for_customer(customer).count() == 1

    def test_the_e_mail_says_what_happened_and_leads_there(self, customer, actor, settings):
        prove(add(customer, actor))
        announce(customer)
        Delivery.objects.filter(notice=None).update(state=Delivery.State.SENT)
        assert deliveries.send_emails() == 1
        (email,) = mail.outbox
        assert email.to == ["duty@example.com"]
        assert "云上商城" in email.subject
        assert "Send the licence." in email.body
        assert f"{settings.SMS_BASE_URL}/notices/{Notice.objects.get().public_id}" in email.body
        assert deliveries.send_emails() == 0

    def test_the_code_is_erased_once_it_is_sent(self, customer, actor):
        add(customer, actor)
        code = str(Delivery.objects.get(medium="email").code)
        deliveries.send_emails()
        assert code in mail.outbox[0].body
        assert str(Delivery.objects.get(medium="email").code) == ""

    def test_a_dead_mail_server_is_tried_again_and_then_given_up(
        self, customer, actor, settings, unused_port
    ):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_port
        add(customer, actor)
        with time_machine.travel(now(), tick=False) as clock:
            for wait_s in (*deliveries.LADDER, 0):
                assert deliveries.send_emails() == 1
                clock.shift(wait_s + 1)
        row = Delivery.objects.get(medium="email")
        assert row.state == Delivery.State.FAILED
        assert row.error == "ConnectionRefusedError"
        assert str(row.code) == ""

    def test_reading_is_remembered_for_each_member(self, customer, actor):
        other = MembershipFactory(customer=customer).user
        notice = announce(customer)
        announce(customer)
        notices.mark_read(notice=notice, user=actor)
        assert notices.count_unread(customer=customer, user=actor) == 1
        assert notices.count_unread(customer=customer, user=other) == 2
        notices.mark_all_read(customer=customer, user=other)
        assert notices.count_unread(customer=customer, user=other) == 0
