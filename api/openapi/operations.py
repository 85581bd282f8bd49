"""How the views of the management and the console API say what they take and answer."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

Method = TypeVar("Method", bound=Callable[..., Any])

SIGNED: Any = [{"accessKey": []}, {"token": []}]
_REFUSALS = {
    HTTPStatus.BAD_REQUEST: ("ManagementError", "The request cannot be carried out."),
    HTTPStatus.UNAUTHORIZED: ("GatewayError", "Neither signed nor with a token that counts."),
    HTTPStatus.FORBIDDEN: ("ManagementError", "The caller may not do this."),
    HTTPStatus.NOT_FOUND: ("GatewayError", "There is no such address."),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("ManagementError", "A mistake of ours."),
}
_REFUSALS_OF_CONSOLE = {
    HTTPStatus.BAD_REQUEST: ("ConsoleError", "The request cannot be carried out."),
    HTTPStatus.UNAUTHORIZED: ("GatewayError", "Neither signed nor with a token that counts."),
    HTTPStatus.FORBIDDEN: ("ConsoleError", "The caller may not do this."),
    HTTPStatus.NOT_FOUND: ("NotThere", "There is no such object, or no such address."),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("ConsoleError", "A mistake of ours."),
}
_PLACES = {
    "project_id": "The project ID of the account, which the console shows with a new access key.",
    "id": "The ID that creating answered.",
    "sms_msg_id": "The `smsMsgId` that the send API answered.",
    "sequence": "Which part of the message the report is about, from 1 on.",
}


class OperationSchema(AutoSchema):
    """Tells nothing of the docstrings: they speak to those who read the code."""

    def get_description(self) -> str:  # type: ignore[override]
        return ""


def reference(schema: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{schema}"}


def operation(
    name: str,
    summary: str,
    *,
    tag: str,
    answer: str = "",
    body: Any = None,
    query: type[Any] | None = None,
    places: Sequence[str] = ("project_id",),
    example: Mapping[str, Any] | None = None,
    empty: HTTPStatus = HTTPStatus.NO_CONTENT,
    errors: Mapping[HTTPStatus, tuple[str, str]] = _REFUSALS,
) -> Callable[[Method], Method]:
    """Describe a method of a view of the management API.

    `answer` names a schema of the YAML files beside this module, and none means `empty` without a
    body; `body` and `query` are serializers, or a mapping of media types to schemas for the body;
    `places` are the parameters in the path; `example` is a body that runs as it stands; `errors`
    are the statuses of refusals, each with a schema and a description.
    """
    done: dict[int, Any] = {empty.value: OpenApiResponse(description="Done.")}
    if answer:
        done = {HTTPStatus.OK.value: answered(answer, "Done.")}
    refusals = {status.value: answered(*told) for status, told in errors.items()}
    return extend_schema(
        operation_id=name,
        summary=summary,
        tags=[tag],
        request=body,
        responses=done | refusals,
        parameters=[
            *(
                OpenApiParameter(
                    place, str, OpenApiParameter.PATH, required=True, description=_PLACES[place]
                )
                for place in places
            ),
            *([query] if query else []),
        ],
        auth=SIGNED,
        examples=[OpenApiExample(name, value=example, request_only=True)] if example else None,
    )


console_operation = partial(operation, errors=_REFUSALS_OF_CONSOLE)
"""The same for a method of a view of the console API; schemas are those of `console.yaml`."""


def answered(schema: str, description: str) -> OpenApiResponse:
    return OpenApiResponse(reference(schema), description=description)
