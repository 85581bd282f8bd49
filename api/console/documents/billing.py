"""Balance and packages in answers."""

from typing import Any

from django.conf import settings

from api.management.documents.common import local_stamp
from customers.models import BillingAccount, Package
from customers.services.billing.money import decimal_of


def balance(account: BillingAccount | None, *, amount: int, usable_parts: int) -> dict[str, Any]:
    """What a customer has; without an account, or while it is not charged, sending is free."""
    alarm = account.balance_alarm if account else None
    return {
        "is_charged": bool(account and account.is_charged),
        "currency": settings.SMS_CURRENCY,
        "balance": str(decimal_of(amount)),
        "usable_parts": usable_parts,
        "arrears_since": local_stamp(account.arrears_since) if account else None,
        "arrears_stage": account.arrears_stage if account else "",
        "balance_alarm": None if alarm is None else str(decimal_of(alarm)),
        "package_alarm": account.package_alarm if account else None,
    }


def package(row: Package, left: int) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        "name": row.name,
        "kind": row.kind,
        "parts": row.parts,
        "left": left,
        "valid_from": local_stamp(row.valid_from),
        "expires_at": local_stamp(row.expires_at),
    }
