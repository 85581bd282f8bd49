from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Membership

_WHAT_ROLES_DO = _(
    "Owners enable the service and manage owners. Administrators change applications, signatures "
    "and templates and see secrets. Operators send. Viewers look, with masked numbers."
)


def _choices(membership: Membership) -> list[tuple[str, Any]]:
    """The roles a member may give: only owners make owners."""
    roles = Membership.Role
    return [
        (role.value, role.label) for role in roles if role != roles.OWNER or membership.is_owner
    ]


class RoleForm(forms.Form):
    """The role of a member."""

    role = forms.ChoiceField(label=_("Role"), help_text=_WHAT_ROLES_DO)

    def __init__(self, *args: Any, giver: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = _choices(giver)


class InvitationForm(RoleForm):
    """Whom to invite, and as what."""

    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The invitation goes there. It works once, for seven days."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("email", "role")


class NewcomerForm(forms.Form):
    """What somebody who has no log-in yet adds to an invitation."""

    full_name = forms.CharField(
        label=_("Your name"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least eight characters; no common password, not digits only."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
