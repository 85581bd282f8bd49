"""Errors of the management API (spec management-api §6)."""

from http import HTTPStatus

from common.codes import management_code
from common.errors import Refusal

LONGEST = 512

INTERNAL = "MSGSMS.0001"
INVALID = "MSGSMS.0002"
NO_SIGNATURE = "MSGSMS.0005"
SIGNATURE_EXISTS = "MSGSMS.0006"
SIGNATURE_FIXED = "MSGSMS.0007"
NO_TEMPLATE = "MSGSMS.0009"
TEMPLATE_FIXED = "MSGSMS.0010"
NO_FILE = "MSGSMS.0011"
NO_SUCH_SIGN_ID = "MSGSMS.0012"
NOT_ENABLED = "MSGSMS.0013"
NO_APPLICATION = "MSGSMS.0014"
FAILED = "MSGSMS.0029"
BAD_TIME = "MSGSMS.0039"
NO_AUTHORITY = "MSGSMS.0054"
NO_SUCH_COUNTRY = "MSGSMS.0104"
NOT_TO_BE_ACTIVATED = "MSGSMS.0130"
ONLY_RENAMED = "MSGSMS.0187"

_STATUSES = {
    INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
    NOT_ENABLED: HTTPStatus.FORBIDDEN,
    NO_AUTHORITY: HTTPStatus.FORBIDDEN,
    NO_SUCH_COUNTRY: HTTPStatus.FORBIDDEN,
}

_REFUSALS = {
    "service_not_enabled": NOT_ENABLED,
    "account_frozen": NO_AUTHORITY,
    "account_in_arrears": NO_AUTHORITY,
    "application_quota": FAILED,
    "signature_quota": FAILED,
    "template_quota": FAILED,
    "application_suspended": FAILED,
    "status_changed": FAILED,
    "status_step": FAILED,
    "template_pending": FAILED,
    "signature_duplicate": SIGNATURE_EXISTS,
    "signature_not_modifiable": SIGNATURE_FIXED,
    "template_not_modifiable": TEMPLATE_FIXED,
    "template_not_renamable": TEMPLATE_FIXED,
    "template_signature": NO_SUCH_SIGN_ID,
    "template_signature_deleted": NO_SUCH_SIGN_ID,
    "template_signature_type": NO_SUCH_SIGN_ID,
}
"""The codes of refusals; what is not listed is about a parameter: `MSGSMS.0002`."""


class ManagementError(Exception):
    """A request that fails with a documented code; `detail` says what was found and where."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    @classmethod
    def of(cls, refusal: Refusal) -> "ManagementError":
        """The same as the services say it, in the words of the console."""
        return cls(_REFUSALS.get(refusal.code, INVALID), str(refusal))

    @property
    def http_status(self) -> HTTPStatus:
        return _STATUSES.get(self.code, HTTPStatus.BAD_REQUEST)

    def document(self) -> dict[str, str]:
        message = management_code(self.code).message or self.detail
        return {
            "error_code": self.code,
            "error_msg": message[:LONGEST],
            "error_detail": (self.detail or message)[:LONGEST],
        }
