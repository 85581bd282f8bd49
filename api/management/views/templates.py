"""Templates (spec management-api §4)."""

from http import HTTPStatus
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from api.management import finding, template_drafts
from api.management.documents import templates as documents
from api.management.errors import INVALID, LONGEST, NO_TEMPLATE, ManagementError
from api.management.filters import filtered
from api.management.serializers.templates import TemplateBody, TemplateIdsBody, TemplatesQuery
from api.management.template_drafts import TemplateDraft
from api.openapi.operations import operation
from common.codes import management_code
from common.errors import Refusal
from reviews.models import Template
from reviews.services import deleting

from .base import ListingView, ManagementView

_TAG = "Templates"
_ONE = ("project_id", "id")
_EXAMPLE = {
    "app_id": "2c3a63b1-6f2e-4f0f-9d8c-0f3a7a7a4f10",
    "region": "cn",
    "template_name": "pick-up",
    "template_content": "您的包裹已到，请凭${1}领取。",
    "sign_id": "7f1cbf3e-5d1a-4c0b-8e52-93a1c7a55d21",
    "variable_attributes": [{"variable_index": 1, "variable_type": "CHARDIGIT"}],
}
_LOOKUPS = {
    "app_key": "application__app_key",
    "app_name": "application__name__icontains",
    "flow_status": "status",
    "sign_name": "signature__name__icontains",
    "template_id": "template_id",
    "template_name": "name__icontains",
    "template_type": "type",
}


class TemplatesView(ListingView):
    """CreateTemplate and ListTemplateDetails."""

    @operation(
        "CreateTemplate",
        "Create a template",
        tag=_TAG,
        body=TemplateBody,
        answer="CreatedTemplate",
        example=_EXAMPLE,
    )
    def post(self, request: Request, project_id: str) -> Response:
        body = self.read(TemplateBody)
        template = template_drafts.create(
            application=finding.application(self.customer, body["app_id"], named="app_id"),
            draft=TemplateDraft.of(self.customer, body),
            flow_status=body.get("flow_status") or "",
            acting=self.acting,
        )
        return Response(documents.created(template))

    @operation(
        "ListTemplateDetails",
        "List templates",
        tag=_TAG,
        query=TemplatesQuery,
        answer="Templates",
    )
    def get(self, request: Request, project_id: str) -> Response:
        query = self.read(TemplatesQuery, request.query_params)
        found = filtered(finding.templates(self.customer), query, _LOOKUPS)
        has_variable = query.get("has_variable")
        if has_variable is True:
            found = found.exclude(variable_attributes=[])
        elif has_variable is False:
            found = found.filter(variable_attributes=[])
        rows, total = self.page(found, query)
        return Response({"results": documents.templates(rows), "total": total})


class TemplateView(ManagementView):
    """ShowTemplate, UpdateTemplate and DeleteTemplate."""

    @operation("ShowTemplate", "Show a template", tag=_TAG, places=_ONE, answer="Template")
    def get(self, request: Request, project_id: str, id: str) -> Response:
        return Response(documents.templates([finding.template(self.customer, id)])[0])

    @operation(
        "UpdateTemplate",
        "Change a template",
        tag=_TAG,
        places=_ONE,
        body=TemplateBody,
        answer="CreatedTemplate",
        example=_EXAMPLE,
    )
    def put(self, request: Request, project_id: str, id: str) -> Response:
        template = finding.template(self.customer, id)
        body = self.read(TemplateBody)
        application = finding.application(self.customer, body["app_id"], named="app_id")
        if application.pk != template.application_id:
            raise ManagementError(INVALID, "app_id: a template stays with its application")
        changed = template_drafts.update(
            template=template,
            draft=TemplateDraft.of(self.customer, body),
            flow_status=body.get("flow_status") or "",
            acting=self.acting,
        )
        return Response(documents.created(changed))

    @operation("DeleteTemplate", "Delete a template", tag=_TAG, places=_ONE)
    def delete(self, request: Request, project_id: str, id: str) -> Response:
        template = finding.template(self.customer, id)
        deleting.delete_template(template=template, **self.acting)
        return Response(status=HTTPStatus.NO_CONTENT)


class TemplateVariablesView(ManagementView):
    """ListTemplateVarilableDetails."""

    @operation(
        "ListTemplateVarilableDetails",
        "List the variables of a template",
        tag=_TAG,
        places=_ONE,
        answer="Variables",
    )
    def get(self, request: Request, project_id: str, id: str) -> Response:
        rows = documents.variables(finding.template(self.customer, id))
        return Response({"results": rows, "total": len(rows)})


class TemplateBatchView(ManagementView):
    """DeleteTemplates: each for itself, so that some may be deleted and others not."""

    @operation(
        "DeleteTemplates",
        "Delete several templates",
        tag=_TAG,
        body=TemplateIdsBody,
        answer="DeletedTemplates",
        example={"ids": ["9b0a4c3d-3a51-4a4f-9a3e-6f1de2b7c801"]},
    )
    def post(self, request: Request, project_id: str) -> Response:
        deleted: list[str] = []
        failed: list[dict[str, str]] = []
        for id in self.read(TemplateIdsBody)["ids"]:
            if reason := self._objection_to_deleting(id):
                failed.append({"id": id, "error_msg": reason[:LONGEST]})
            else:
                deleted.append(id)
        return Response(_batch(deleted, failed))

    def _objection_to_deleting(self, id: str) -> str:
        """Delete a template; why it stays, or empty."""
        try:
            template = finding.template(self.customer, id)
            deleting.delete_template(template=template, **self.acting)
        except ManagementError as error:
            return error.document()["error_msg"]
        except Refusal as refusal:
            return str(refusal)
        except Template.DoesNotExist:  # deleted by someone else between the two lines above
            return management_code(NO_TEMPLATE).message
        return ""


def _batch(deleted: list[str], failed: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "success_count": len(deleted),
        "success_ids": deleted,
        "failed_count": len(failed),
        "failed_template_list": failed,
    }
