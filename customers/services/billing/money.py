"""Money as whole millionths of the currency, and as people write it."""

from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings

MILLION = 1_000_000
_CENT = Decimal("0.01")
_MILLIONTH = Decimal("0.000001")


def millionths(amount: Decimal) -> int:
    """An amount in millionths; digits beyond the sixth are rounded."""
    return int((amount * MILLION).to_integral_value(ROUND_HALF_UP))


def decimal_of(amount: int) -> Decimal:
    """Millionths as a decimal number with two digits behind the point, or as many as it needs."""
    exact = (Decimal(amount) / MILLION).quantize(_MILLIONTH).normalize()
    return exact if -exact.as_tuple().exponent > 2 else exact.quantize(_CENT)  # type: ignore[operator]


def written(amount: int) -> str:
    """Millionths for people: with thousands separators and the currency."""
    return f"{decimal_of(amount):,} {settings.SMS_CURRENCY}"
