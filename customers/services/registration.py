"""Registration, step by step (spec console §2.1): mobile, information, payment, details.

The order is enforced: each step refuses while the one before it is open. The review of the
enterprise's papers and the enabling of the service come after these, in `reviews`.
"""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from common.numbers import mask, parse_recipients
from customers import payments
from customers.models import Customer, Delivery, Membership, Profile, User
from customers.services import audit, security_codes

if TYPE_CHECKING:
    from common.errors import Sentence

LONGEST_NAME = 128


@transaction.atomic
def open_account(*, user: User, ip_address: str | None = None) -> Customer:
    """Give somebody who registered a customer account of their own; pressed twice, the same one."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    own = user.memberships.owners().filter(customer__profile__isnull=False).first()
    if own:
        return own.customer
    customer = Customer.objects.create(name=user.email)
    Profile.objects.create(customer=customer)
    Membership.objects.create(customer=customer, user=user, role=Membership.Role.OWNER)
    _record("create", customer, user, ip_address, {"owner": user.email})
    return customer


def profile_of(customer: Customer) -> Profile:
    """The customer's profile; an empty one for an account that operations opened."""
    profile, _created = Profile.objects.get_or_create(customer=customer)
    return profile


def send_mobile_code(*, customer: Customer, mobile: str) -> Profile:
    """Send a security code to the number that is to be bound. Refuses a number that is none, and
    as `security_codes.send` does."""
    number = _checked_mobile(mobile)
    with transaction.atomic():
        profile = profile_of(customer)
        profile.wanted_mobile = number
        profile.save(update_fields=["wanted_mobile"])
        security_codes.send(
            subject=_subject(customer),
            address=number,
            medium=Delivery.Medium.SMS,
            customer=customer,
            language=get_language() or "",
        )
    return profile


def bind_mobile(
    *, customer: Customer, code: str, actor: User, ip_address: str | None = None
) -> None:
    """Bind the number that got the code. Refuses as `security_codes.check` does."""
    profile = profile_of(customer)
    number = profile.wanted_mobile
    security_codes.check(subject=_subject(customer), address=number, code=code)
    with transaction.atomic():
        before = mask(profile.mobile) if profile.mobile else ""
        profile.mobile, profile.wanted_mobile = number, ""
        profile.mobile_verified_at = now()
        profile.save(update_fields=["mobile", "wanted_mobile", "mobile_verified_at"])
        _record("bind", customer, actor, ip_address, {"mobile": mask(number)}, {"mobile": before})


@transaction.atomic
def save_information(
    *,
    customer: Customer,
    name: str,
    country: str,
    industry: str,
    actor: User,
    ip_address: str | None = None,
) -> None:
    """Say which enterprise this is. Refuses before the mobile is bound, and an empty name.

    The name cannot be changed here once the service is enabled: it has been authenticated.
    """
    profile = profile_of(customer)
    _require(profile.is_mobile_bound, _("Bind a mobile number first."))
    name = " ".join(name.split())
    if not 2 <= len(name) <= LONGEST_NAME:
        raise Refusal(
            "customer_name",
            _("Write the enterprise's full name, as on its certificate: 2 to 128 characters."),
            field="name",
        )
    if industry not in Profile.Industry:
        raise Refusal("customer_industry", _("Choose an industry."), field="industry")
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if customer.service == Customer.Service.ENABLED and name != customer.name:
        raise Refusal(
            "customer_name_fixed",
            _("The name was authenticated and stays “%(name)s”. Write a ticket if it changed."),
            field="name",
            params={"name": customer.name},
        )
    before = {"name": customer.name, "country": customer.country, "industry": profile.industry}
    customer.name, customer.country = name, country
    customer.save(update_fields=["name", "country"])
    profile.industry, profile.information_at = industry, now()
    profile.save(update_fields=["industry", "information_at"])
    after = {"name": name, "country": country, "industry": industry}
    _record("update", customer, actor, ip_address, after, before)


@transaction.atomic
def choose_payment(
    *,
    customer: Customer,
    provider: str,
    reference: str,
    actor: User,
    ip_address: str | None = None,
) -> None:
    """Agree with a payment method. Refuses before the information is given, a method that is not
    offered, and what the method itself refuses."""
    profile = profile_of(customer)
    _require(profile.information_at is not None, _("Give the account information first."))
    chosen = payments.offered_named(provider)
    profile.payment_reference = chosen.agree(customer, reference)
    profile.payment_provider, profile.payment_at = chosen.code, now()
    profile.save(update_fields=["payment_reference", "payment_provider", "payment_at"])
    _record("update", customer, actor, ip_address, {"payment": chosen.code})


def require_registered(customer: Customer) -> Profile:
    """Refuse whose registration is not complete (spec console §2.1): say which step is missing."""
    profile = profile_of(customer)
    _require(profile.is_mobile_bound, _("Bind a mobile number first."))
    _require(profile.information_at is not None, _("Give the account information first."))
    _require(profile.payment_at is not None, _("Choose a payment method first."))
    return profile


@transaction.atomic
def save_details(
    *,
    customer: Customer,
    contact_name: str,
    contact_email: str,
    industry: str,
    actor: User,
    ip_address: str | None = None,
) -> None:
    """Say whom operations can reach (spec console §2.3). Refuses before the service is enabled,
    without a bound mobile number, an empty name, and an address that is none."""
    _require(
        customer.service == Customer.Service.ENABLED,
        _("Enable Message & SMS first; the details are asked for afterwards."),
    )
    profile = profile_of(customer)
    _require(profile.is_mobile_bound, _("Bind a service mobile number first."))
    contact_name = contact_name.strip()
    if not contact_name:
        raise Refusal("contact_name", _("Write the contact's name."), field="contact_name")
    try:
        validate_email(contact_email.strip())
    except ValidationError as error:
        raise Refusal(
            "contact_email",
            _("“%(email)s” is no e-mail address. Write it as name@example.com."),
            field="contact_email",
            params={"email": contact_email},
        ) from error
    if industry not in Profile.Industry:
        raise Refusal("customer_industry", _("Choose an industry."), field="industry")
    profile.contact_name, profile.contact_email = contact_name, contact_email.strip()
    profile.industry, profile.details_at = industry, now()
    profile.save(update_fields=["contact_name", "contact_email", "industry", "details_at"])
    _record("update", customer, actor, ip_address, {"details": contact_name})


def _require(is_done: bool, sentence: "Sentence") -> None:
    if not is_done:
        raise Refusal("registration_step", sentence)


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


def _subject(customer: Customer) -> str:
    return f"customer:{customer.pk}"


def _record(
    verb: str,
    customer: Customer,
    actor: User,
    ip_address: str | None,
    after: dict[str, str],
    before: dict[str, str] | None = None,
) -> None:
    audit.record(
        verb=verb,
        object_type="customer",
        object_id=customer.pk,
        object_name=customer.name,
        actor=actor,
        customer=customer,
        ip_address=ip_address,
        before=before,
        after=after,
    )
