"""Tell a customer: a notice in the console, and e-mail and SMS to the contacts who want it."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from common.clock import now
from customers.models import Contact, Customer, Membership, Notice, User
from customers.models.notice import Delivery, NoticeReading
from customers.services import webhook_events
from customers.services.wording import told_of, topic_of


@transaction.atomic
def announce(
    *,
    customer: Customer,
    event: Notice.Event,
    object_type: str,
    object_id: UUID,
    params: Mapping[str, str],
) -> Notice:
    """Record a notice in the transaction of what it tells about; who is owed an e-mail, an SMS or
    a webhook's event of it is decided now (spec console §15.9).

    `params` has `name`, the object's name, and where a person decided `comment`. `object_type`
    and `object_id`, its public id, lead the reader to it.
    """
    notice = Notice.objects.create(
        customer=customer,
        event=event,
        object_type=object_type,
        object_id=object_id,
        params=dict(params),
    )
    webhook_events.owe(notice)
    if topic := topic_of(event):
        contacts = Contact.objects.for_customer(customer).filter(topics__contains=topic)
        Delivery.objects.bulk_create(
            delivery for contact in contacts for delivery in _owed(notice, contact)
        )
    if (told := told_of(event)) != "topic":
        Delivery.objects.bulk_create(_mandatory(notice, with_contacts=told == "all"))
    return notice


def mark_read(*, notice: Notice, user: User) -> None:
    """Remember that a member has opened a notice."""
    NoticeReading.objects.get_or_create(notice=notice, user=user)


def mark_all_read(*, customer: Customer, user: User) -> None:
    """Remember that a member has seen every notice of the customer so far."""
    unread = Notice.objects.for_customer(customer).exclude(readings__user=user)
    NoticeReading.objects.bulk_create(
        [NoticeReading(notice_id=pk, user=user) for pk in unread.values_list("pk", flat=True)],
        ignore_conflicts=True,
    )


def count_unread(*, customer: Customer, user: User) -> int:
    """How many notices of the customer a member has not opened."""
    return Notice.objects.for_customer(customer).exclude(readings__user=user).count()


def _mandatory(notice: Notice, *, with_contacts: bool) -> list[Delivery]:
    """An e-mail to each owner and, where the event is for all, to each contact; once an address."""
    owners = Membership.objects.for_customer(notice.customer).owners().select_related("user")
    people: dict[str, tuple[str, Contact | None]] = {
        owner.user.email: (owner.user.language, None) for owner in owners if owner.user.is_active
    }
    if with_contacts:
        for contact in Contact.objects.for_customer(notice.customer):
            if contact.is_email_verified:
                people.setdefault(contact.email, (contact.language, contact))
    return [
        Delivery(
            notice=notice,
            contact=contact,
            customer=notice.customer,
            medium=Delivery.Medium.EMAIL,
            address=address,
            language=language,
            next_attempt_at=now(),
        )
        for address, (language, contact) in people.items()
    ]


def _owed(notice: Notice, contact: Contact) -> list[Delivery]:
    """Only to addresses that are proven to be the contact's."""
    addresses = []
    if contact.is_email_verified:
        addresses.append((Delivery.Medium.EMAIL, contact.email))
    if contact.is_mobile_verified:
        addresses.append((Delivery.Medium.SMS, contact.mobile))
    return [
        Delivery(
            notice=notice,
            contact=contact,
            customer=notice.customer,
            medium=medium,
            address=address,
            language=contact.language,
            next_attempt_at=now(),
        )
        for medium, address in addresses
    ]
