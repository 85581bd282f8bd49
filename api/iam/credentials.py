"""Signing in by password to get a token (spec management-api §5.2)."""

from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet
from django.http import HttpRequest

from customers.models import Customer, Membership, User

from . import locks


class SignInError(Exception):
    """A sign-in that is refused; the sentence says no more than its reader may know."""


def signed_in(request: HttpRequest, *, name: str, password: str) -> User:
    """Return the person of that e-mail address and password.

    Failures in a row lock the name for a while. Raises `SignInError` then, and for an address
    that is not verified yet and a person with a second factor, which a token cannot ask for.
    """
    principal = locks.name_principal(name)
    if locks.is_locked(principal):
        raise SignInError("Too many failures in a row. Wait a few minutes and try again.")
    found = ModelBackend().authenticate(request, username=name, password=password)
    if not isinstance(found, User):
        locks.note_failure(principal)
        raise SignInError("The username or password is wrong.")
    locks.forget_failures(principal)
    addresses = EmailAddress.objects.filter(user=found, verified=True)
    if found.must_verify_email and not addresses.exists():
        raise SignInError("The e-mail address is not verified. Sign in to the console once.")
    if is_mfa_enabled(found):
        raise SignInError("This user has a second factor. Sign requests with an access key.")
    return found


def membership_named(user: User, *, account: str = "", project_id: str = "") -> Membership:
    """Return the user's membership in the account of that name or ID, or of that project.

    Either may be left out by those who are in one account only. Raises `SignInError` for an
    account the user is not in, and when several would do.
    """
    members: QuerySet[Membership] = Membership.objects.filter(user=user).select_related("customer")
    fitting = [
        member
        for member in members
        if account in ("", *_names(member.customer))
        and project_id in ("", member.customer.project_id)
    ]
    if not fitting:
        raise SignInError("The user is not a member of this account, or the project is another's.")
    if len(fitting) > 1:
        raise SignInError(
            "Several accounts fit. Name one: its project ID as scope.project.id is exact."
        )
    member = fitting[0]
    member.user = user
    return member


def _names(customer: Customer) -> tuple[str, ...]:
    return customer.name, str(customer.public_id), customer.public_id.hex, customer.project_id
