"""Forms of the operations pages about customers and their people."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, User

if TYPE_CHECKING:
    _UserForm = AdminUserCreationForm[User]
else:  # It takes type arguments in the stubs only.
    _UserForm = AdminUserCreationForm


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
