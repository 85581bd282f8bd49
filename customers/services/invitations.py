"""Invitations into a customer account: by e-mail, once, for a week, and revocable until then."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers.models import Customer, Delivery, Invitation, Membership, User
from customers.services import audit
from customers.services.members import require_manager

LIVES = timedelta(days=7)
MOST_PER_DAY = 50
"""Invitations of a customer in 24 hours: they are e-mails to strangers."""


@transaction.atomic
def invite(
    *, customer: Customer, email: str, role: str, actor: User, ip_address: str | None = None
) -> Invitation:
    """Offer a role to an e-mail address; the link is on its way when this returns.

    Refuses an address that is none, one of a member, one that is invited already, a role that the
    actor may not give, and the 51st invitation within 24 hours.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    email = _checked_email(email)
    if role not in Membership.Role:
        raise Refusal("member_role", _("Choose a role from the list."), field="role")
    require_manager(customer, actor, roles=(role,))
    _refuse_known(customer, email)
    moment = now()
    invitation = Invitation.objects.create(
        customer=customer,
        email=email,
        role=role,
        invited_by=actor,
        expires_at=moment + LIVES,
    )
    Delivery.objects.create(
        invitation=invitation,
        customer=customer,
        medium=Delivery.Medium.EMAIL,
        address=email,
        language=get_language() or "",
        next_attempt_at=moment,
    )
    _record("invite", invitation, actor, ip_address)
    return invitation


@transaction.atomic
def revoke(*, invitation: Invitation, actor: User, ip_address: str | None = None) -> None:
    """Take an invitation back: its link is refused from now on. Refuses one that was accepted."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    require_manager(invitation.customer, actor, roles=(invitation.role,))
    if invitation.accepted_at:
        raise Refusal(
            "invitation_used",
            _("%(email)s has accepted meanwhile. Remove the member instead."),
            params={"email": invitation.email},
        )
    if not invitation.revoked_at:
        invitation.revoked_at = now()
        invitation.save(update_fields=["revoked_at"])
        _record("revoke", invitation, actor, ip_address)


@transaction.atomic
def accept(*, invitation: Invitation, user: User, ip_address: str | None = None) -> Membership:
    """Make the invited person a member. Refuses a used, revoked or old invitation, and anybody
    whose own e-mail address is another than the invited one."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    require_open(invitation)
    if user.email.lower() != invitation.email.lower():
        raise Refusal(
            "invitation_of_another",
            _(
                "This invitation is for %(email)s, and you are signed in as %(user)s. "
                "Sign out, then open the link again."
            ),
            params={"email": invitation.email, "user": user.email},
        )
    invitation.accepted_at = now()
    invitation.save(update_fields=["accepted_at"])
    membership, _created = Membership.objects.get_or_create(
        customer=invitation.customer, user=user, defaults={"role": invitation.role}
    )
    _record("join", invitation, user, ip_address)
    return membership


@transaction.atomic
def accept_as_newcomer(
    *,
    invitation: Invitation,
    full_name: str,
    password: str,
    language: str = "",
    ip_address: str | None = None,
) -> Membership:
    """Make a log-in for the invited address and accept. The link came by e-mail, so it proves it.

    Refuses a password against the rules, an address that has a log-in, and as `accept` does.
    """
    require_open(invitation)
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise Refusal(
            "invitation_known_user",
            _("%(email)s has a log-in already. Sign in, then open the link again."),
            params={"email": invitation.email},
        )
    user = User(email=invitation.email, full_name=full_name.strip(), language=language)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refusal("password_rules", " ".join(error.messages), field="password") from error
    user.set_password(password)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return accept(invitation=invitation, user=user, ip_address=ip_address)


def require_open(invitation: Invitation) -> None:
    """Refuse an invitation that cannot be accepted any more, and say why."""
    if invitation.is_open:
        return
    if invitation.accepted_at:
        sentence = _("This invitation was used already. Sign in with the log-in you made then.")
    elif invitation.revoked_at:
        sentence = _("This invitation was taken back. Ask whoever invited you.")
    else:
        sentence = _("This invitation is too old. Ask for a new one.")
    raise Refusal("invitation_closed", sentence)


def _checked_email(email: str) -> str:
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refusal(
            "invitation_email",
            _("“%(email)s” is no e-mail address. Write it as name@example.com."),
            field="email",
            params={"email": email},
        ) from error
    return email


def _refuse_known(customer: Customer, email: str) -> None:
    if customer.memberships.filter(user__email__iexact=email).exists():
        raise Refusal(
            "invitation_member",
            _("%(email)s is a member already. Change the role in the list of members."),
            field="email",
            params={"email": email},
        )
    waiting = customer.invitations.waiting().filter(email__iexact=email)
    waiting.filter(expires_at__lte=now()).update(revoked_at=now())
    if waiting.exists():
        raise Refusal(
            "invitation_waiting",
            _("%(email)s is invited already. Take that invitation back to send a new one."),
            field="email",
            params={"email": email},
        )
    since = now() - timedelta(days=1)
    if customer.invitations.filter(created_at__gt=since).count() >= MOST_PER_DAY:
        raise Refusal(
            "invitation_limit",
            _("%(most)s people were invited within 24 hours. Go on tomorrow."),
            params={"most": MOST_PER_DAY},
            permanent=False,
        )


def _record(verb: str, invitation: Invitation, actor: User, ip_address: str | None) -> None:
    audit.record(
        verb=verb,
        object_type="invitation",
        object_id=str(invitation.public_id),
        object_name=invitation.email,
        actor=actor,
        customer=invitation.customer,
        ip_address=ip_address,
        after={"role": invitation.role},
    )
