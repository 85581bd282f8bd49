"""Customer accounts and the people in them."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Customer, Membership, User
from customers.services import audit
from customers.services.constraints import refused_by


@transaction.atomic
def open_customer(
    *,
    name: str,
    owner_email: str,
    owner_password: str,
    owner_name: str = "",
    actor: User | None = None,
    ip_address: str | None = None,
) -> Customer:
    """Open an account with its owner; Message & SMS is enabled at once.

    Refuses an empty enterprise name, an e-mail address that is registered already or is none,
    and a password that the password rules do not allow.
    """
    name = name.strip()
    if not name:
        raise Refusal("customer_name", _("Write the enterprise's name."), field="name")
    owner = _new_user(owner_email, owner_password, owner_name)
    customer = Customer.objects.create(name=name, service=Customer.Service.ENABLED)
    Membership.objects.create(customer=customer, user=owner, role=Membership.Role.OWNER)
    audit.record(
        verb="create",
        object_type="customer",
        object_id=customer.pk,
        object_name=customer.name,
        actor=actor,
        customer=customer,
        ip_address=ip_address,
        after={"name": customer.name, "owner": owner.email, "service": customer.service},
    )
    return customer


def _new_user(email: str, password: str, full_name: str) -> User:
    user = User(email=User.objects.normalize_email(email.strip()), full_name=full_name.strip())
    try:
        validate_email(user.email)
    except ValidationError as error:
        raise _refusal("email_form", "owner_email", error) from error
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise _refusal("password_rules", "owner_password", error) from error
    user.set_password(password)
    taken = Refusal(
        "email_taken",
        _("%(email)s is registered already. Use another e-mail address."),
        field="owner_email",
        params={"email": user.email},
    )
    with refused_by("user_email_unique", taken):
        user.save()
    return user


def _refusal(code: str, field: str, error: ValidationError) -> Refusal:
    return Refusal(code, " ".join(error.messages), field=field)
