from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers.models import BillingAccount
from customers.services.billing.money import decimal_of, millionths

MOST_PARTS = 2_147_483_647
"""What the database can hold."""


class AlarmForm(forms.Form):
    """Below what is left the contacts are told; empty for no alarm (spec console §12)."""

    package_alarm = forms.IntegerField(
        label=_("Remaining quota alarm"),
        required=False,
        min_value=0,
        max_value=MOST_PARTS,
        help_text=_(
            "In message parts, all valid packages together. Contacts with traffic alarms are told."
        ),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
    )
    balance_alarm = forms.DecimalField(
        label=_("Balance alarm"),
        required=False,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "min": 0, "step": "0.01"}),
    )

    def __init__(self, *args: Any, account: BillingAccount, **kwargs: Any) -> None:
        alarm = account.balance_alarm
        initial = {
            "package_alarm": account.package_alarm,
            "balance_alarm": None if alarm is None else decimal_of(alarm),
        }
        super().__init__(*args, **kwargs)
        self.initial = initial
        self.fields["balance_alarm"].help_text = _(
            "In %(currency)s. The owners are told as well. Empty for no alarm."
        ) % {"currency": settings.SMS_CURRENCY}

    @property
    def values(self) -> dict[str, int | None]:
        balance = self.cleaned_data["balance_alarm"]
        return {
            "package_alarm": self.cleaned_data["package_alarm"],
            "balance_alarm": None if balance is None else millionths(balance),
        }
