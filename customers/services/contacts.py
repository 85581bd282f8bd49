"""The people a customer wants told: at most ten, with proven addresses (spec console §13.1)."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from common.numbers import parse_recipients
from customers.models import Contact, Customer, User
from customers.models.notice import Delivery
from customers.services import audit, security_codes
from customers.services.constraints import refused_by

MOST = 10


@transaction.atomic
def add_contact(
    *,
    customer: Customer,
    name: str,
    mobile: str,
    email: str,
    topics: Sequence[str],
    actor: User,
    ip_address: str | None = None,
) -> Contact:
    """Add a contact and send a security code to each address; notices begin when it is proven.

    Refuses the eleventh contact, an empty name, a number or address that is none, and a mobile
    number that another contact of the customer has.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if customer.contacts.count() >= MOST:
        raise Refusal(
            "contact_limit",
            _("There are %(most)s contacts already, which is the most. Delete one first."),
            params={"most": MOST},
        )
    contact = Contact(customer=customer, language=get_language() or "")
    _fill(contact, name, mobile, email, topics)
    _save(contact)
    _record("create", contact, actor, ip_address)
    send_codes(contact=contact)
    return contact


@transaction.atomic
def change_contact(
    *,
    contact: Contact,
    name: str,
    mobile: str,
    email: str,
    topics: Sequence[str],
    actor: User,
    ip_address: str | None = None,
) -> Contact:
    """Change a contact; a new number or address has to be proven again.

    Refuses as `add_contact` does.
    """
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    known = (contact.mobile, contact.email)
    _fill(contact, name, mobile, email, topics)
    if contact.mobile != known[0]:
        contact.mobile_verified_at = None
    if contact.email != known[1]:
        contact.email_verified_at = None
    _save(contact)
    _record("update", contact, actor, ip_address)
    if (contact.mobile, contact.email) != known:
        send_codes(contact=contact)
    return contact


@transaction.atomic
def delete_contact(*, contact: Contact, actor: User, ip_address: str | None = None) -> None:
    """Remove a contact; notices that were not sent yet still go out."""
    _record("delete", contact, actor, ip_address)
    contact.delete()


def send_codes(*, contact: Contact) -> None:
    """Send a code to each address that is not proven; refuses as `security_codes.send` does."""
    with transaction.atomic():
        for medium, address in _unproven(contact):
            security_codes.send(
                subject=_subject(contact),
                address=address,
                medium=medium,
                customer=contact.customer,
                language=contact.language,
            )


def prove_mobile(*, contact: Contact, code: str) -> None:
    """Accept the code that the mobile got; refuses as `security_codes.check` does."""
    security_codes.check(subject=_subject(contact), address=contact.mobile, code=code)
    Contact.objects.filter(pk=contact.pk, mobile=contact.mobile).update(mobile_verified_at=now())


def prove_email(*, contact: Contact, code: str) -> None:
    """Accept the code that the e-mail address got; refuses as `security_codes.check` does."""
    security_codes.check(subject=_subject(contact), address=contact.email, code=code)
    Contact.objects.filter(pk=contact.pk, email=contact.email).update(email_verified_at=now())


def _unproven(contact: Contact) -> list[tuple[Delivery.Medium, str]]:
    addresses = []
    if not contact.is_mobile_verified:
        addresses.append((Delivery.Medium.SMS, contact.mobile))
    if not contact.is_email_verified:
        addresses.append((Delivery.Medium.EMAIL, contact.email))
    return addresses


def _subject(contact: Contact) -> str:
    return f"contact:{contact.pk}"


def _fill(contact: Contact, name: str, mobile: str, email: str, topics: Sequence[str]) -> None:
    contact.name = name.strip()
    if not contact.name:
        raise Refusal("contact_name", _("Write the contact's name."), field="name")
    contact.mobile = _checked_mobile(mobile)
    contact.email = _checked_email(email)
    known = set(Contact.Topic.values)
    if unknown := [topic for topic in topics if topic not in known]:
        raise Refusal(
            "contact_topics",
            _("There is no notification “%(topic)s”. Choose from the list."),
            field="topics",
            params={"topic": unknown[0]},
        )
    contact.topics = [topic for topic in Contact.Topic.values if topic in topics]


def _checked_mobile(mobile: str) -> str:
    written = mobile.replace(" ", "").replace("-", "")
    number = parse_recipients([written]).e164[0]
    if number is None:
        raise Refusal(
            "contact_mobile",
            _("“%(mobile)s” is no mobile number. Write it as 13800138000 or +8613800138000."),
            field="mobile",
            params={"mobile": mobile},
        )
    return number


def _checked_email(email: str) -> str:
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refusal(
            "contact_email",
            _("“%(email)s” is no e-mail address. Write it as name@example.com."),
            field="email",
            params={"email": email},
        ) from error
    return email


def _save(contact: Contact) -> None:
    taken = Refusal(
        "contact_duplicate",
        _("Another contact has the mobile number %(mobile)s already. Change that one instead."),
        field="mobile",
        params={"mobile": contact.mobile},
    )
    with refused_by("contact_mobile_once", taken):
        contact.save()


def _record(verb: str, contact: Contact, actor: User, ip_address: str | None) -> None:
    audit.record(
        verb=verb,
        object_type="contact",
        object_id=contact.pk,
        object_name=contact.name,
        actor=actor,
        customer=contact.customer,
        ip_address=ip_address,
        after={} if verb == "delete" else {"email": contact.email, "topics": contact.topics},
    )
