"""Numbers that do not simply get their message: how a number ends chooses what happens to it.

The numbers of the code table end in four digits. Those that disturb the order of things end in
six, because whole blocks of consecutive numbers, as load tests use them, must not meet them.
"""

from dataclasses import dataclass
from enum import Enum

from common.codes import DELIVERED


class Course(Enum):
    """How the carrier treats a message apart from the code it reports."""

    NORMAL = "normal"
    REFUSED = "refused"
    THROTTLED = "throttled"
    SILENT = "silent"
    EARLY = "early"
    REPEATED = "repeated"
    REVERSED = "reversed"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A row of the table: numbers that end in `suffix` meet `course` and get `code`.

    `text` says what happens, in English; it stands in the catalogue of translations.
    """

    suffix: str
    code: str
    text: str
    course: Course = Course.NORMAL


def _(text: str) -> str:
    """Mark a text for the catalogue; whoever shows it translates it."""
    return text


DELIVERY = Scenario("", DELIVERED, _("Delivered: any number that is not in this table."))

TABLE = (
    DELIVERY,
    Scenario("9001", "EXPIRED", _("Fails: the phone was off or out of reach for too long.")),
    Scenario("9002", "UNDELIV", _("Fails: undeliverable.")),
    Scenario("9003", "REJECTD", _("Fails: rejected by the carrier.")),
    Scenario("9004", "UNKNOWN", _("Fails: unknown state, usually an empty number.")),
    Scenario("9005", "MK:0001", _("Fails: the number does not exist.")),
    Scenario("9006", "MK:0024", _("Fails: the phone is switched off.")),
    Scenario("9007", "MILIMIT", _("Fails: limit per minute of the number reached.")),
    Scenario("9008", "BLACK", _("Fails: the carrier has the number on its blacklist.")),
    Scenario("9009", "KEYWORD", _("Fails: sensitive keyword in the text.")),
    Scenario("9010", "LIMIT", _("Fails: daily limit of the number reached.")),
    Scenario("9011", "MK:0008", _("Fails: no signal where the phone is.")),
    Scenario("9012", "MK:0017", _("Fails: the memory of the phone is full.")),
    Scenario("9013", "SC:0003", _("Fails: number on the platform blacklist.")),
    Scenario("9014", "SC:0006", _("Fails: forbidden keyword in the content.")),
    Scenario("9015", "SC:0010", _("Fails: sending frequency exceeded.")),
    Scenario("9016", "SC:0011", _("Fails: sent outside the permitted hours.")),
    Scenario("9017", "SC:0016", _("Fails: the recipient has opted out.")),
    Scenario("9018", "E200019", _("Fails: no channel matched for the sender.")),
    Scenario("9019", "E200020", _("Fails: signature and channel do not match.")),
    Scenario("9020", "E200023", _("Fails: no channel matched for the recipient.")),
    Scenario("9021", "E200027", _("Fails: no gateway matched.")),
    Scenario(
        "999101",
        "REJECTD",
        _("Refused in the answer to the submission; no receipt follows."),
        Course.REFUSED,
    ),
    Scenario(
        "999102",
        DELIVERED,
        _("The carrier is busy at first: the message waits, is tried again and is delivered."),
        Course.THROTTLED,
    ),
    Scenario(
        "999201",
        "",
        _("No receipt ever comes: the message expires after 72 hours."),
        Course.SILENT,
    ),
    Scenario(
        "999202",
        DELIVERED,
        _("The receipt comes before the answer to the submission."),
        Course.EARLY,
    ),
    Scenario(
        "999203",
        DELIVERED,
        _("Every receipt comes twice; it is reported once."),
        Course.REPEATED,
    ),
    Scenario(
        "999204",
        DELIVERED,
        _("The receipts of a long message come in reverse order."),
        Course.REVERSED,
    ),
    Scenario("999205", DELIVERED, _("Delivered after minutes."), Course.SLOW),
)
"""Every scenario, in the order in which documents show them (spec data-plane §7)."""

_BY_SUFFIX = {scenario.suffix: scenario for scenario in TABLE}
_LENGTHS = sorted({len(suffix) for suffix in _BY_SUFFIX if suffix}, reverse=True)


def scenario_of(recipient: str) -> Scenario:
    """The scenario of a number; plain delivery for numbers that are not in the table."""
    for length in _LENGTHS:
        if scenario := _BY_SUFFIX.get(recipient[-length:]):
            return scenario
    return DELIVERY
