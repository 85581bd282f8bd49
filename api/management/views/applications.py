"""Applications (spec management-api §2)."""

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from api.management import finding
from api.management.documents import applications as documents
from api.management.filters import filtered
from api.management.serializers.applications import (
    ApplicationBody,
    ApplicationCountQuery,
    ApplicationsQuery,
    NewApplicationBody,
)
from api.management.serializers.fields import MAINLAND
from api.openapi.operations import operation
from customers.models import Application
from customers.services.applications import create_application, update_application
from customers.services.quotas import application_quota
from reviews.services.test_objects import create_test_objects

from .base import ListingView, ManagementView

_TAG = "Applications"
_ONE = ("project_id", "id")
_EXAMPLE = {"app_name": "shop", "region": "cn"}
_LOOKUPS = {"app_name": "name__icontains", "status": "status"}


class ApplicationsView(ListingView):
    """CreateApp and ListAppDetails."""

    @operation(
        "CreateApp",
        "Create an application",
        tag=_TAG,
        body=NewApplicationBody,
        answer="CreatedApplication",
        example=_EXAMPLE,
    )
    def post(self, request: Request, project_id: str) -> Response:
        body = self.read(NewApplicationBody)
        with transaction.atomic():
            application = create_application(
                customer=self.customer,
                name=body["app_name"],
                uplink_url=body.get("up_link_addr") or "",
                **self.acting,
            )
            if body.get("create_sign_and_template"):
                create_test_objects(application=application, **self.acting)
        secret = {"app_secret": application.app_secret} if body.get("show_secret") else {}
        return Response(documents.created(application) | secret)

    @operation(
        "ListAppDetails",
        "List applications",
        tag=_TAG,
        query=ApplicationsQuery,
        answer="Applications",
    )
    def get(self, request: Request, project_id: str) -> Response:
        query = self.read(ApplicationsQuery, request.query_params)
        found = Application.objects.for_customer(self.customer).select_related("customer")
        rows, total = self.page(filtered(found, query, _LOOKUPS), query)
        return Response({"results": [documents.application(row) for row in rows], "total": total})


class ApplicationView(ManagementView):
    """ShowApp and UpdateApp."""

    @operation("ShowApp", "Show an application", tag=_TAG, places=_ONE, answer="Application")
    def get(self, request: Request, project_id: str, id: str) -> Response:
        return Response(documents.application(finding.application(self.customer, id)))

    @operation(
        "UpdateApp",
        "Change an application",
        tag=_TAG,
        places=_ONE,
        body=ApplicationBody,
        answer="CreatedApplication",
        example=_EXAMPLE,
    )
    def put(self, request: Request, project_id: str, id: str) -> Response:
        application = finding.application(self.customer, id)
        body = self.read(ApplicationBody)
        uplink_url = body.get("up_link_addr")
        with transaction.atomic():
            changed = update_application(
                application=application,
                name=body["app_name"],
                uplink_url=application.uplink_url if uplink_url is None else uplink_url,
                report_url=application.report_url,
                **self.acting,
            )
            if body.get("create_sign_and_template") and not _has_test_objects(changed):
                create_test_objects(application=changed, **self.acting)
        return Response(documents.created(changed))


class ApplicationCountView(ManagementView):
    """ShowAppCount: the quota and how much of it is used."""

    @operation(
        "ShowAppCount",
        "Show the quota of applications and its use",
        tag=_TAG,
        query=ApplicationCountQuery,
        answer="ApplicationCount",
    )
    def get(self, request: Request, project_id: str) -> Response:
        query = self.read(ApplicationCountQuery, request.query_params)
        if query["region"] != MAINLAND:
            return Response({"total": 0, "used": 0})
        used = Application.objects.for_customer(self.customer).count()
        return Response({"total": application_quota(self.customer), "used": used})


def _has_test_objects(application: Application) -> bool:
    return bool(application.signatures.filter(test_until__isnull=False).exists())
