"""How the views of the management API say what they take and answer."""

from collections.abc import Callable, Mapping, Sequence
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
    HTTPStatus.INTERNAL_SERVER_ERROR: ("ManagementError", "A mistake of ours."),
}
_PLACES = {
    "project_id": "The project ID of the account, which the console shows with a new access key.",
    "id": "The ID that creating answered.",
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
) -> Callable[[Method], Method]:
    """Describe a method of a view of the management API.

    `answer` names a schema of `management.yaml`, and none means `empty` without a body; `body` and
    `query` are serializers, or a mapping of media types to schemas for the body; `places` are
    the parameters in the path; `example` is a body that runs as it stands.
    """
    done: dict[int, Any] = {empty.value: OpenApiResponse(description="Done.")}
    if answer:
        done = {HTTPStatus.OK.value: answered(answer, "Done.")}
    refusals = {status.value: answered(*told) for status, told in _REFUSALS.items()}
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


def answered(schema: str, description: str) -> OpenApiResponse:
    return OpenApiResponse(reference(schema), description=description)
