"""The code tables of the platform: API results, delivery states, management errors, reasons."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

DELIVERED = "DELIVRD"
SUCCESS = "000000"
UNKNOWN_ORIGIN = "unknown"

_FAMILY = ":xxxx"
"""How the codes of a family end that have no row of their own."""
_DATA = Path(__file__).parent / "data"
_PER_NUMBER = "200 (result[].status)"
# Where the documentation shows the text that goes over the wire (data-plane.md §1.4–1.5).
_WIRE_TEXTS = {SUCCESS: "Success", "E000027": "Invalid request."}


@dataclass(frozen=True, slots=True)
class ApiCode:
    """A result code of the send API (data-plane.md §6)."""

    http_status: int
    code: str
    description: str
    """The text that goes into the answer's `description`."""
    meaning: str
    meaning_zh: str
    remedy: str

    @property
    def is_success(self) -> bool:
        """Whether the request, or the number, was accepted."""
        return self.code == SUCCESS


@dataclass(frozen=True, slots=True)
class StatusCode:
    """A state or error code of a status report (data-plane.md §7)."""

    code: str
    origin: str
    """`platform`, `supplier`, `china-mobile`, `china-unicom`, `china-telecom` or `unknown`."""
    confidence: str
    description: str
    remedy: str
    is_charged: bool
    is_worth_resending: bool
    """Whether the same message may arrive another time, with nothing else changed."""

    @property
    def is_success(self) -> bool:
        """Whether the handset has the message."""
        return self.code == DELIVERED

    @property
    def is_known(self) -> bool:
        """Whether the code stands in the table."""
        return self.origin != UNKNOWN_ORIGIN


@dataclass(frozen=True, slots=True)
class ManagementCode:
    """An error code of the management API (management-api.md §6)."""

    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class RejectionReason:
    """A reason a reviewer may give for rejecting something (console.md §15)."""

    kind: str
    level1: str
    level2: str
    explanation: str
    remedy: str


def api_code(code: str) -> ApiCode:
    """Return a request's result code; raises KeyError for one that is not documented."""
    return _request_codes()[code]


def find_request_code(code: str) -> ApiCode | None:
    """Return a request's result code, or None for one that is not documented."""
    return _request_codes().get(code)


def number_code(code: str) -> ApiCode:
    """Return a single number's result code (`result[].status`); raises KeyError likewise."""
    return _number_codes()[code]


def status_code(code: str) -> StatusCode:
    """Return what is known of a status code; an unknown one is kept as the carrier sent it.

    A code of a carrier's protocol (`SMPP:0x0B`) means what the status of its row in
    `carrier_codes.csv` means, and one of a family (`MB:7777`) what is known of the family. Each
    keeps its own `code`.
    """
    return (
        _status_codes().get(code)
        or _meant_by(code)
        or StatusCode(
            code=code,
            origin=UNKNOWN_ORIGIN,
            confidence=UNKNOWN_ORIGIN,
            description="Unknown code, kept as the carrier sent it",
            remedy="Record message ID and code and contact platform support.",
            is_charged=True,
            is_worth_resending=True,
        )
    )


def request_codes() -> tuple[ApiCode, ...]:
    """Return all documented result codes of a request, in the order of the documentation."""
    return tuple(_request_codes().values())


def number_codes() -> tuple[ApiCode, ...]:
    """Return all documented result codes of a single number, likewise."""
    return tuple(_number_codes().values())


def status_codes() -> tuple[StatusCode, ...]:
    """Return all known codes of status reports, likewise."""
    return tuple(_status_codes().values())


def protocol_codes() -> tuple[StatusCode, ...]:
    """Return the codes of carriers' protocols that are no status codes themselves, likewise."""
    return tuple(
        status_code(code)
        for code in _statuses_of_protocols()
        if code not in _status_codes() and not code.endswith(_FAMILY)
    )


def management_code(code: str) -> ManagementCode:
    """Return a management error code; raises KeyError for one that is not documented."""
    return _management_codes()[code]


@cache
def rejection_reasons(kind: str) -> tuple[RejectionReason, ...]:
    """Return the reasons for rejecting a `signature`, `template` or `qualification`."""
    return tuple(
        RejectionReason(
            row["kind"], row["level1"], row["level2"], row["explanation_en"], row["handling_en"]
        )
        for row in _rows("rejection_reasons.csv")
        if row["kind"] == kind
    )


@cache
def _request_codes() -> Mapping[str, ApiCode]:
    return {
        row["code"]: _api_code(row, int(row["http_status"]))
        for row in _rows("api_error_codes.csv")
        if row["http_status"] != _PER_NUMBER
    }


@cache
def _number_codes() -> Mapping[str, ApiCode]:
    return {
        row["code"]: _api_code(row, 200)
        for row in _rows("api_error_codes.csv")
        if row["http_status"] == _PER_NUMBER
    }


@cache
def _status_codes() -> Mapping[str, StatusCode]:
    return {
        row["code"]: StatusCode(
            code=row["code"],
            origin=row["origin"],
            confidence=row["confidence"],
            description=row["description_en"],
            remedy=row["handling_en"],
            is_charged=row["charged"] == "yes",
            is_worth_resending=row["resend"] == "yes",
        )
        for row in _rows("status_codes.csv")
    }


@cache
def _statuses_of_protocols() -> Mapping[str, str]:
    """By the code of a protocol, or of all its others: the status code that means the same."""
    return {row["code"]: row["status"] for row in _rows("carrier_codes.csv") if row["status"]}


def _meant_by(code: str) -> StatusCode | None:
    family = code.partition(":")[0] + _FAMILY
    statuses = _statuses_of_protocols()
    status = statuses.get(code) or statuses.get(family) or family
    found = _status_codes().get(status) if ":" in code else None
    return found and replace(found, code=code)


@cache
def _management_codes() -> Mapping[str, ManagementCode]:
    return {
        row["code"]: ManagementCode(row["code"], row["message_en"], row["handling_en"])
        for row in _rows("msgsms_error_codes.csv")
    }


def _api_code(row: Mapping[str, str], http_status: int) -> ApiCode:
    return ApiCode(
        http_status=http_status,
        code=row["code"],
        description=_WIRE_TEXTS.get(row["code"], row["description_en"]),
        meaning=row["description_en"],
        meaning_zh=row["description_zh"],
        remedy=row["handling_en"],
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
