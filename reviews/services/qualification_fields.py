"""What a qualification says, and the rules each part must keep (spec console §6.1)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from common.clock import local_day, now
from common.errors import Refusal
from reviews.models import Qualification
from reviews.services.credit_codes import is_credit_code
from reviews.services.fields import check_storable

if TYPE_CHECKING:
    from common.errors import Sentence

SHORTEST_AUTHORIZATION_MONTHS = 6

_NAME = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fffA-Za-z0-9]{1,32}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_RESIDENT_ID = re.compile(r"[0-9]{17}[0-9X]")
_OTHER_ID = re.compile(r"[A-Za-z0-9()（）-]{5,32}")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """A qualification's fields as the customer writes them."""

    name: str
    purpose: str
    enterprise_name: str
    enterprise_type: str
    certificate_type: str
    credit_code: str
    legal_person: str
    legal_person_id_number: str
    administrator_role: str
    administrator: str
    administrator_id_number: str
    administrator_mobile: str
    legal_person_id_type: str = Qualification.IdType.RESIDENT
    authorization_until: date | None = None
    remarks: str = ""

    def stripped(self) -> "Details":
        """The same without blanks around, codes and ID numbers in capitals."""
        values: dict[str, Any] = {
            field.name: value.strip() if isinstance(value, str) else value
            for field in fields(self)
            for value in [getattr(self, field.name)]
        }
        for name in ("credit_code", "legal_person_id_number", "administrator_id_number"):
            values[name] = values[name].upper()
        return Details(**values)


def check(details: Details) -> None:
    """Refuse the first field that breaks its rule; the refusal names it."""
    for field, sentence in _findings(details):
        raise Refusal(f"qualification_{field}", sentence, field=field)
    texts = (value for value in _values(details) if isinstance(value, str))
    check_storable(texts, field="name")


def is_resident_id(number: str) -> bool:
    """Whether a text is a resident identity number with its check character (GB 11643)."""
    if not _RESIDENT_ID.fullmatch(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return _ID_CHECKS[total % 11] == number[-1]


def first_day_allowed(today: date) -> date:
    """The earliest end of a letter of authorization that is submitted today."""
    month = today.month - 1 + SHORTEST_AUTHORIZATION_MONTHS
    year, month = today.year + month // 12, month % 12 + 1
    return date(year, month, min(today.day, 28))


def _values(details: Details) -> Iterator[object]:
    return (getattr(details, field.name) for field in fields(details))


def _findings(details: Details) -> "Iterator[tuple[str, Sentence]]":
    if not _NAME.fullmatch(details.name):
        yield (
            "name",
            _(
                "The qualification name does not fit. "
                "Use 1 to 32 Chinese characters, letters and digits."
            ),
        )
    for field, choices in _CHOICES.items():
        if getattr(details, field) not in choices:
            yield field, _("Choose one of the offered values.")
    for field, longest in _LENGTHS.items():
        length = len(getattr(details, field))
        if not 1 <= length <= longest:
            yield field, _("Write 1 to %(longest)d characters.") % {"longest": longest}
    if not is_credit_code(details.credit_code):
        yield (
            "credit_code",
            _(
                "This is no unified social credit code: 18 digits and capital letters, "
                "the last of which checks the others. Copy it from the certificate."
            ),
        )
    for field, sentence in _PEOPLE.items():
        if not sentence[0](details):
            yield field, sentence[1]
    yield from _authorization(details)
    if len(details.remarks) > 500:
        yield "remarks", _("The remarks have more than 500 characters. Shorten them.")


def _authorization(details: Details) -> "Iterator[tuple[str, Sentence]]":
    until = details.authorization_until
    if details.purpose == Qualification.Purpose.SELF_USE:
        if until is not None:
            yield (
                "authorization_until",
                _("For self-use there is no letter of authorization. Leave the date empty."),
            )
        return
    earliest = first_day_allowed(local_day(now()))
    if until is None or until < earliest:
        yield (
            "authorization_until",
            _("The authorization must last 6 months or longer: until %(day)s at least.")
            % {"day": earliest.isoformat()},
        )


_CHOICES = {
    "purpose": Qualification.Purpose,
    "enterprise_type": Qualification.EnterpriseType,
    "certificate_type": Qualification.CertificateType,
    "legal_person_id_type": Qualification.IdType,
    "administrator_role": Qualification.AdministratorRole,
}
_LENGTHS = {"enterprise_name": 128, "legal_person": 64, "administrator": 64}


def _legal_person_id_fits(details: Details) -> bool:
    if details.legal_person_id_type == Qualification.IdType.RESIDENT:
        return is_resident_id(details.legal_person_id_number)
    return bool(_OTHER_ID.fullmatch(details.legal_person_id_number))


_RESIDENT_ID_RULE = _(
    "This is no identity number: 17 digits and a check character. Copy it from the card."
)
_PEOPLE: "dict[str, tuple[Callable[[Details], bool], Sentence]]" = {
    "legal_person_id_number": (_legal_person_id_fits, _RESIDENT_ID_RULE),
    "administrator_id_number": (
        lambda details: is_resident_id(details.administrator_id_number),
        _RESIDENT_ID_RULE,
    ),
    "administrator_mobile": (
        lambda details: bool(_MOBILE.fullmatch(details.administrator_mobile)),
        _("This is no mobile number of the Chinese mainland. Write its 11 digits."),
    ),
}
