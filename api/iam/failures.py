"""Errors as the management API answers them, and those of the gateway in front of it."""

from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import UnreadablePostError
from rest_framework.exceptions import (
    APIException,
    MethodNotAllowed,
    UnsupportedMediaType,
    ValidationError,
)
from rest_framework.response import Response

from api.bodies import throw_away

from .errors import GatewayError, NoSuchApiError

if TYPE_CHECKING:
    from .rest import ServerView

log = structlog.get_logger(__name__)


def gateway_response(view: "ServerView", error: GatewayError) -> Response:
    return Response(error.document(view.request_id), status=error.http_status)


def no_such_method(view: "ServerView") -> Response:
    request = view.request
    return gateway_response(view, NoSuchApiError(f"{request.method} {request.path}"))


def objection(view: "ServerView", error: Exception) -> str | None:
    """What is wrong with a request that could not be read; None when the error is none of that."""
    if isinstance(error, RequestDataTooBig):
        throw_away(view.request._request)
        return "the body is larger than 12 MB"
    if isinstance(error, UnreadablePostError):
        return "the body is incomplete"
    if isinstance(error, SuspiciousOperation):
        return "the body has too many fields or files"
    if isinstance(error, UnsupportedMediaType):
        accepted = " or ".join(parser.media_type for parser in view.parser_classes)
        return f"the Content-Type must be {accepted}"
    if isinstance(error, ValidationError):
        return "; ".join(_sentences(error.detail))
    if isinstance(error, APIException) and not isinstance(error, MethodNotAllowed):
        return str(error.detail)
    return None


def note_crash(view: "ServerView", error: Exception) -> HTTPStatus:
    """Log an error that is ours; the request id in the answer leads to the line."""
    log.error(
        "management request failed",
        request_id=view.request_id,
        path=view.request.path,
        exc_info=error,
    )
    return HTTPStatus.INTERNAL_SERVER_ERROR


def _sentences(detail: object, path: str = "") -> list[str]:
    """Everything a serializer found, each with the field it is about."""
    if isinstance(detail, dict):
        found = []
        for name, inner in detail.items():
            below = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            found += _sentences(inner, below)
        return found
    if isinstance(detail, list):
        return [sentence for inner in detail for sentence in _sentences(inner, path)]
    return [f"{path}: {detail}" if path else str(detail)]
