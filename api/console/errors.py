"""Errors of the console API: those of the management API, and 404 for what is not there."""

from http import HTTPStatus

from api.management.errors import LONGEST, ManagementError

NOT_FOUND = "CONSOLE.0404"
CONFLICT = "CONSOLE.0409"


class NoSuchObjectError(ManagementError):
    """An object that does not exist, or is another account's: both are answered alike.

    `named` is the parameter that held the id.
    """

    def __init__(self, id: object, *, named: str = "id") -> None:
        super().__init__(NOT_FOUND, f"{named}={id}")

    @property
    def http_status(self) -> HTTPStatus:
        return HTTPStatus.NOT_FOUND

    def document(self) -> dict[str, str]:
        return {
            "error_code": self.code,
            "error_msg": "The object does not exist.",
            "error_detail": self.detail[:LONGEST],
        }


class ConflictError(ManagementError):
    """Something that does not go with how things stand now; `detail` says how they stand."""

    def __init__(self, detail: str) -> None:
        super().__init__(CONFLICT, detail)

    @property
    def http_status(self) -> HTTPStatus:
        return HTTPStatus.CONFLICT

    def document(self) -> dict[str, str]:
        return {
            "error_code": self.code,
            "error_msg": "This is not possible as things stand.",
            "error_detail": self.detail[:LONGEST],
        }
