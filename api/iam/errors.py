"""What the gateway in front of the management API answers to those it does not let in."""

from http import HTTPStatus

from django.utils.functional import cached_property

LONGEST = 2048


class GatewayError(Exception):
    """A refusal in the gateway's own shape (spec management-api §6)."""

    code = "APIGW.0301"
    http_status = HTTPStatus.UNAUTHORIZED

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    @cached_property
    def message(self) -> str:
        return f"Incorrect IAM authentication information: {self.detail}"

    def document(self, request_id: str) -> dict[str, str]:
        return {
            "error_msg": self.message[:LONGEST],
            "error_code": self.code,
            "request_id": request_id,
        }


class NoSuchApiError(GatewayError):
    """A path, or a method of a path, that the API does not have."""

    code = "APIGW.0101"
    http_status = HTTPStatus.NOT_FOUND

    @cached_property
    def message(self) -> str:
        return f"The API does not exist or has not been published in the environment: {self.detail}"
