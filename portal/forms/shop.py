"""Orders: a package on sale, or a top-up, and how it is paid."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.clock import now
from customers import payments
from customers.models import Customer
from customers.services.billing.money import decimal_of, millionths, written
from customers.services.billing.purchases import LEAST_TOP_UP, MOST_TOP_UP


class OrderForm(forms.Form):
    """How an order is paid: by one of the methods of this platform, the agreed one first."""

    provider = forms.ChoiceField(label=_("Payment method"), widget=forms.RadioSelect)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    """Makes the same form, sent twice, one order."""

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provider: Any = self.fields["provider"]
        offered = self.methods()
        provider.choices = [(each.code, f"{each.label} – {each.explanation}") for each in offered]
        profile = getattr(customer, "profile", None)
        agreed = profile.payment_provider if profile else ""
        codes = [each.code for each in offered]
        provider.initial = agreed if agreed in codes else next(iter(codes), "")

    def methods(self) -> Sequence[payments.Provider]:
        """What can be chosen from."""
        return payments.offered()

    @property
    def method(self) -> payments.Provider | None:
        """The method that was chosen."""
        return payments.provider_named(self.cleaned_data["provider"])


class PackageOrderForm(OrderForm):
    """When a package that is bought begins; asked only of those who have one already."""

    is_renewal = forms.ChoiceField(
        label=_("Valid from"),
        choices=[
            ("", _("At once, as soon as it is paid")),
            ("1", _("When the last package of this kind ends: a renewal")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    field_order = ("is_renewal", "provider", "key")

    def __init__(self, *args: Any, renewal: datetime, balance: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].help_text = _("The balance is %(balance)s.") % {
            "balance": written(balance)
        }
        if renewal > now():
            ends_at = f"{timezone.localtime(renewal):%Y-%m-%d %H:%M}"
            self.fields["is_renewal"].help_text = _(
                "The last one ends on %(time)s; the days count from then."
            ) % {"time": ends_at}
        else:
            del self.fields["is_renewal"]

    def methods(self) -> Sequence[payments.Provider]:
        return payments.offered_for_packages()

    def clean_is_renewal(self) -> bool:
        return bool(self.cleaned_data["is_renewal"])


class TopUpForm(OrderForm):
    """How much is added to the balance."""

    amount = forms.DecimalField(
        label=_("Amount"),
        min_value=decimal_of(LEAST_TOP_UP),
        max_value=decimal_of(MOST_TOP_UP),
        max_digits=9,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "min": 1, "step": "0.01"}),
    )
    field_order = ("amount", "provider", "key")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = _("In %(currency)s, %(least)s to %(most)s.") % {
            "currency": settings.SMS_CURRENCY,
            "least": f"{decimal_of(LEAST_TOP_UP):,}",
            "most": f"{decimal_of(MOST_TOP_UP):,}",
        }

    @property
    def amount_millionths(self) -> int:
        amount: Decimal = self.cleaned_data["amount"]
        return millionths(amount)
