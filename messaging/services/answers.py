"""What a receiver's answer to a push means, and what its owner can do about it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.outbound import TOTAL_TIMEOUT_S, Fault

_FAULTS = {
    Fault.TIMEOUT: (
        gettext_noop("No complete answer within %(seconds)d seconds"),
        gettext_noop("Answer with 200 at once and process the report afterwards."),
    ),
    Fault.REFUSED: (
        gettext_noop("Connection refused: nothing listens there"),
        gettext_noop("Start the receiver, or correct host and port of the address."),
    ),
    Fault.DNS: (
        gettext_noop("The host name cannot be resolved"),
        gettext_noop("Correct the host name, or its DNS entry."),
    ),
    Fault.TLS: (
        gettext_noop("The TLS certificate is not valid for this host"),
        gettext_noop("Install a valid certificate with its whole chain, or use http."),
    ),
    Fault.BLOCKED: (
        gettext_noop("Not called: the address leads into a network that may not be called"),
        gettext_noop(
            "Use a public address. Whoever operates this installation can allow a private "
            "network with the setting OUTBOUND_ALLOWED_NETWORKS."
        ),
    ),
    Fault.TOO_LARGE: (
        gettext_noop("The answer is larger than 64 KB"),
        gettext_noop("Answer with an empty body: it is not read."),
    ),
    Fault.CLOSED: (
        gettext_noop("The connection was closed before the answer was complete"),
        gettext_noop("Look into the receiver's log: a proxy or the program gave up."),
    ),
    Fault.MALFORMED: (
        gettext_noop("The answer is no HTTP"),
        gettext_noop("Correct scheme and port: https may be needed there."),
    ),
    Fault.INVALID_URL: (
        gettext_noop("The address cannot be called"),
        gettext_noop("Write it as https://sms.example.com/report."),
    ),
}

_STATUSES = {
    401: gettext_noop("The receiver refused the signature: compare its push AK and push SK."),
    403: gettext_noop("The receiver refuses the call: let the platform's address through."),
    404: gettext_noop("Nothing is served at this path: correct the address."),
    405: gettext_noop("The receiver takes no POST at this path."),
    410: gettext_noop("410 tells the platform to stop: the report is not sent again."),
    429: gettext_noop("The receiver is overloaded: pushes slow down by themselves."),
}
_STATUS_CLASSES = {
    3: gettext_noop("Redirects are not followed: use the final address."),
    4: gettext_noop("The receiver does not accept the report: look into its log."),
    5: gettext_noop("The receiver failed: look into its log."),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """An outcome in words of the active language; no remedy where none is needed."""

    text: str
    remedy: str = ""


def meaning_of(http_status: int | None, error: str) -> Meaning:
    """Word what an attempt brought: an HTTP status, or the name of a fault."""
    if error in _FAULTS:
        text, remedy = _FAULTS[Fault(error)]
        return Meaning(_(text) % {"seconds": TOTAL_TIMEOUT_S}, _(remedy))
    if error:
        return Meaning(error)
    if http_status is None:
        return Meaning(_("No answer yet"))
    remedy = _STATUSES.get(http_status) or _STATUS_CLASSES.get(http_status // 100, "")
    return Meaning(f"HTTP {http_status}", _(remedy) if remedy else "")
