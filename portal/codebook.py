"""What every code of the platform means and what to do about it, to be searched by people."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from common import codes


class Kind(TextChoices):
    """Where a code is met."""

    CALL = "call", _("Answer to a call")
    NUMBER = "number", _("Status of a number in the answer")
    REPORT = "report", _("Status report")


ORIGINS = {
    "platform": _("Platform"),
    "supplier": _("Supplier"),
    "china-mobile": _("China Mobile"),
    "china-unicom": _("China Unicom"),
    "china-telecom": _("China Telecom"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A code, worded in the language that is active."""

    code: str
    kind: Kind
    source: str
    """The HTTP status of an answer, or who reports the code."""
    meaning: str
    remedy: str
    meaning_en: str
    """The documented English wording, which people copy into a search, too."""
    is_charged: bool = False

    def mentions(self, words: list[str]) -> bool:
        """Whether every word stands in the code, its meaning or its remedy."""
        text = f"{self.code} {self.meaning} {self.remedy} {self.meaning_en}".casefold()
        return all(word in text for word in words)


def find(query: str = "", kind: str = "") -> list[Entry]:
    """The codes that hold all words of a query, in any case; the code itself comes first."""
    words = query.casefold().split()
    found = [entry for entry in _entries() if kind in ("", entry.kind) and entry.mentions(words)]
    return sorted(found, key=lambda entry: entry.code.casefold() != query.strip().casefold())


def of_answer(code: str, *, is_number: bool = False) -> Entry:
    """The entry of a code in an answer of the send API; raises KeyError for an unknown one."""
    if is_number:
        try:
            return _of_api(codes.number_code(code), Kind.NUMBER)
        except KeyError:  # a malformed number has a request's code
            pass
    return _of_api(codes.api_code(code), Kind.CALL)


def of_report(code: str) -> Entry:
    """The entry of a status code; a carrier's unknown code has one, too."""
    return _of_status(codes.status_code(code))


def _entries() -> Iterator[Entry]:
    for code in codes.request_codes():
        yield _of_api(code, Kind.CALL)
    for code in codes.number_codes():
        yield _of_api(code, Kind.NUMBER)
    for status in (*codes.status_codes(), *codes.protocol_codes()):
        yield _of_status(status)


def _of_api(code: codes.ApiCode, kind: Kind) -> Entry:
    is_chinese = (get_language() or "").startswith("zh")
    return Entry(
        code=code.code,
        kind=kind,
        source=f"HTTP {code.http_status}",
        meaning=code.meaning_zh if is_chinese else code.meaning,
        remedy=gettext(code.remedy),
        meaning_en=code.meaning,
    )


def _of_status(status: codes.StatusCode) -> Entry:
    return Entry(
        code=status.code,
        kind=Kind.REPORT,
        source=str(ORIGINS.get(status.origin, "")),
        meaning=gettext(status.description),
        remedy=gettext(status.remedy) if status.remedy else "",
        meaning_en=status.description,
        is_charged=status.is_charged,
    )
