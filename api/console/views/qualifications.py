"""Qualifications: an enterprise's papers (spec console §6)."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from api.console.documents import qualifications as documents
from api.console.serializers.qualifications import (
    PAPERS,
    QualificationBody,
    QualificationsQuery,
)
from api.management import papers
from api.management.filters import filtered
from api.openapi.operations import console_operation
from reviews.models import Qualification
from reviews.services import qualifications
from reviews.services.evidence import Upload

from .base import ConsoleListing, ConsoleView

_TAG = "Qualifications"
_ONE = ("project_id", "id")
_LOOKUPS = {"name": "name__icontains", "status": "status"}


class QualificationsView(ConsoleListing):
    @console_operation(
        "ListQualifications",
        "List qualifications",
        tag=_TAG,
        query=QualificationsQuery,
        answer="Qualifications",
    )
    def get(self, request: Request, project_id: str) -> Response:
        query = self.read(QualificationsQuery, request.query_params)
        own = Qualification.objects.for_customer(self.customer)
        rows, total = self.page(filtered(own, query, _LOOKUPS), query)
        return Response({"results": documents.qualifications(rows), "total": total})

    @console_operation(
        "ApplyForQualification",
        "Apply for a qualification",
        tag=_TAG,
        body=QualificationBody,
        answer="Qualification",
    )
    def post(self, request: Request, project_id: str) -> Response:
        kept = qualifications.apply(
            customer=self.customer, **_content(self, self.read(QualificationBody)), **self.acting
        )
        return Response(documents.qualification(kept))


class QualificationView(ConsoleView):
    @console_operation(
        "ShowQualification",
        "Show a qualification",
        tag=_TAG,
        places=_ONE,
        answer="Qualification",
    )
    def get(self, request: Request, project_id: str, id: str) -> Response:
        return Response(documents.qualification(_own(self, id)))

    @console_operation(
        "UpdateQualification",
        "Change a rejected or withdrawn qualification and submit it again",
        tag=_TAG,
        places=_ONE,
        body=QualificationBody,
        answer="Qualification",
    )
    def put(self, request: Request, project_id: str, id: str) -> Response:
        qualification = _own(self, id)
        kept = qualifications.resubmit(
            qualification=qualification,
            **_content(self, self.read(QualificationBody)),
            **self.acting,
        )
        return Response(documents.qualification(kept))

    @console_operation("DeleteQualification", "Delete a qualification", tag=_TAG, places=_ONE)
    def delete(self, request: Request, project_id: str, id: str) -> Response:
        qualifications.delete(qualification=_own(self, id), **self.acting)
        return Response(status=204)


class QualificationWithdrawalView(ConsoleView):
    @console_operation(
        "WithdrawQualification",
        "Take a qualification under review back",
        tag=_TAG,
        places=_ONE,
        answer="Qualification",
    )
    def post(self, request: Request, project_id: str, id: str) -> Response:
        kept = qualifications.withdraw(qualification=_own(self, id), **self.acting)
        return Response(documents.qualification(kept))


def _own(view: ConsoleView, id: str) -> Qualification:
    own = Qualification.objects.for_customer(view.customer).select_related("customer")
    found: Qualification = view.found(own, id)
    return found


def _content(view: ConsoleView, body: dict[str, Any]) -> dict[str, Any]:
    """Details and papers, as the service takes them; raises `MSGSMS.0011` for an unknown file."""
    file_ids = {name: body.pop(name, "") for name in PAPERS}
    uploads: list[Upload] = [
        papers.as_upload(view.customer, file_id, kind=PAPERS[name], field=name)
        for name, file_id in file_ids.items()
        if file_id
    ]
    details = body | {"remarks": body.get("remarks") or ""}
    return {"details": qualifications.Details(**details), "uploads": uploads}
