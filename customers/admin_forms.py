"""Forms of the operations pages about customers and their people."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Membership, User

if TYPE_CHECKING:
    _UserForm = AdminUserCreationForm[User]
    _MembershipForm = forms.ModelForm[Membership]
else:  # It takes type arguments in the stubs only.
    _UserForm = AdminUserCreationForm
    _MembershipForm = forms.ModelForm


class OpenCustomerForm(forms.Form):
    """A new customer account together with its owner."""

    name = forms.CharField(
        label=_("Enterprise name"), max_length=Customer._meta.get_field("name").max_length
    )
    owner_email = forms.EmailField(label=_("Owner's e-mail address"))
    owner_name = forms.CharField(label=_("Owner's name"), max_length=64, required=False)
    owner_password = forms.CharField(
        label=_("Owner's first password"),
        help_text=_("Hand it over by another way than the e-mail address; the owner changes it."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )


class NewUserForm(_UserForm):
    """A new person, named by e-mail address."""

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("email", "full_name")
        field_classes = {}


class MembershipForm(_MembershipForm):
    """A member's place; the last owner stays one."""

    class Meta:
        model = Membership
        fields = ("customer", "user", "role")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        before = Membership.objects.filter(pk=self.instance.pk).first()
        if before and before.is_owner and cleaned.get("role") != Membership.Role.OWNER:
            others = Membership.objects.for_customer(before.customer).owners()
            if not others.exclude(pk=before.pk).exists():
                self.add_error("role", _("This is the only owner, and an account needs one."))
        return cleaned
