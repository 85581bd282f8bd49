"""Group tasks: make, change and watch them (spec console §9)."""

from functools import partial
from http import HTTPStatus
from typing import Any

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.console.documents import groups as documents
from api.console.errors import ConflictError
from api.console.idempotency import HEADER, once
from api.console.serializers.groups import (
    GroupBody,
    GroupChangesBody,
    GroupsQuery,
    GroupUploadBody,
)
from api.iam.rest import JsonParser
from api.management.errors import INVALID, ManagementError
from api.management.filters import filtered
from api.management.views.base import ListingView
from api.openapi.operations import console_operation
from common.errors import Refusal
from messaging.groups import editing, planning, uploads
from messaging.groups.progress import progress_of
from messaging.groups.sources import Listed, Recipients, Uploaded
from messaging.models import GroupTask
from reviews.models import Signature, Template

from .base import SendingView

TAG = "Group tasks"
ONE = ("project_id", "id")
_RELATED = ("application", "signature", "template__version", "customer", "created_by")
_EXAMPLE = {
    "name": "Parcels of today",
    "template_id": "2f8b6a2f3c0d4d6c8a1b",
    "rows": [["13800138000", "A1001"], ["13900139000", "A1002"]],
}
_UPLOAD = {
    "type": "object",
    "required": ["name", "template_id", "file"],
    "properties": {
        "name": {"type": "string", "maxLength": 64},
        "template_id": {"type": "string"},
        "sign_id": {"type": "string"},
        "rate": {"type": "integer", "minimum": 1},
        "file": {"type": "string", "format": "binary", "description": "xlsx or csv"},
    },
}
_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": 128},
    OpenApiParameter.HEADER,
    description="With the same key and body within 24 hours the same task is answered again.",
)
_LOOKUPS = {"name": "name__icontains", "state": "state"}
_REFUSED_BY_STATE = ("_state", "_late")

group_operation = partial(
    console_operation,
    tag=TAG,
    errors=console_operation.keywords["errors"]
    | {HTTPStatus.CONFLICT: ("ConsoleError", "Not possible in the state of the task.")},
)


class GroupView(SendingView):
    """Operations on group tasks: owners, administrators and operators send."""

    def task(self, id: str) -> GroupTask:
        own = GroupTask.objects.for_customer(self.customer).select_related(*_RELATED)
        found: GroupTask = self.found(own, id)
        return found

    def shown_task(self, task: GroupTask) -> Response:
        return Response(documents.shown_task(task, progress_of(task)))

    def answer_to(self, error: Exception) -> Response:
        if isinstance(error, Refusal) and error.code.endswith(_REFUSED_BY_STATE):
            error = ConflictError(str(error))
        return super().answer_to(error)


class GroupsView(GroupView, ListingView):
    parser_classes = (JsonParser, MultiPartParser)

    @extend_schema(parameters=[_KEY])
    @group_operation(
        "CreateGroupTask",
        "Create a group task; its numbers are checked, and nothing is sent before it is started",
        body={"application/json": GroupBody, "multipart/form-data": _UPLOAD},
        answer="GroupTask",
        example=_EXAMPLE,
    )
    def post(self, request: Request, project_id: str) -> Response:
        is_upload = (request.content_type or "").lower().startswith("multipart/")
        body = self.read(GroupUploadBody if is_upload else GroupBody)
        template = self._template(body["template_id"])
        recipients = Uploaded(body["file"]) if is_upload else Listed(_rows(body))
        make = partial(self._make, body, template, recipients)
        return Response(once(request, template.application, body, make))

    @group_operation("ListGroupTasks", "List group tasks", query=GroupsQuery, answer="GroupTasks")
    def get(self, request: Request, project_id: str) -> Response:
        query = self.read(GroupsQuery, request.query_params)
        own = GroupTask.objects.for_customer(self.customer).select_related(*_RELATED)
        rows, total = self.page(filtered(own, query, _LOOKUPS), query)
        return Response({"results": [documents.task(row) for row in rows], "total": total})

    def _make(
        self, body: dict[str, Any], template: Template, recipients: Recipients
    ) -> dict[str, Any]:
        task = uploads.create(
            customer=self.customer,
            application=template.application,
            signature=self._signature(body.get("sign_id"), template),
            template=template,
            name=body["name"],
            recipients=recipients,
            actor=self.member.user,
            rate=body.get("rate"),
        )
        return documents.task(task)

    def _template(self, id: str) -> Template:
        """A template by the id that sending takes, or by that of the management API."""
        own = Template.objects.for_customer(self.customer).select_related(
            "application", "signature", "version"
        )
        named: Template | None = own.filter(template_id=id).first()
        found: Template = named or self.found(own, id, named="template_id")
        return found

    def _signature(self, id: str | None, template: Template) -> Signature:
        """The signature named, else the template's own; a universal template has none."""
        if not id:
            if template.signature is None:
                raise ManagementError(
                    INVALID, "sign_id: name the signature, as the template is universal"
                )
            return template.signature
        own = Signature.objects.for_customer(self.customer).select_related("application")
        found: Signature = self.found(own, id, named="sign_id")
        return found


class GroupTaskView(GroupView):
    @group_operation(
        "ShowGroupTask",
        "Show a group task with its counts",
        places=ONE,
        answer="ShownGroupTask",
    )
    def get(self, request: Request, project_id: str, id: str) -> Response:
        return self.shown_task(self.task(id))

    @group_operation(
        "UpdateGroupTask",
        "Change name and time of a task that has not started, and its rate until it ends",
        places=ONE,
        body=GroupChangesBody,
        answer="ShownGroupTask",
        example={"rate": 100},
    )
    def put(self, request: Request, project_id: str, id: str) -> Response:
        task = self.task(id)
        body = self.read(GroupChangesBody)
        actor = self.member.user
        with transaction.atomic():
            if "scheduled_at" in body:
                editing.reschedule(task=task, scheduled_at=body["scheduled_at"], actor=actor)
            if "name" in body:
                editing.rename(task=task, name=body["name"] or "", actor=actor)
            if "rate" in body:
                editing.set_rate(task=task, rate=body["rate"], actor=actor)
        return self.shown_task(task)

    @group_operation("DeleteGroupTask", "Delete a cancelled group task", places=ONE)
    def delete(self, request: Request, project_id: str, id: str) -> Response:
        planning.delete(task=self.task(id), actor=self.member.user)
        return Response(status=HTTPStatus.NO_CONTENT)


def _rows(body: dict[str, Any]) -> Any:
    return body["numbers"] if "numbers" in body else body["rows"]
