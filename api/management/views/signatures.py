"""Signatures (spec management-api §3)."""

from http import HTTPStatus
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from api.management import finding, papers
from api.management.documents import signatures as documents
from api.management.errors import INVALID, NOT_TO_BE_ACTIVATED, ManagementError
from api.management.filters import filtered
from api.management.serializers.signatures import SignatureBody, SignaturesQuery
from api.openapi.operations import operation
from customers.models import Application
from reviews.models import Evidence, Signature
from reviews.services import deleting, signature_life, signatures
from reviews.services.evidence import Upload

from .base import ListingView, ManagementView

_TAG = "Signatures"
_ONE = ("project_id", "id")
_EXAMPLE = {
    "app_id": "2c3a63b1-6f2e-4f0f-9d8c-0f3a7a7a4f10",
    "signature_name": "云上商城",
    "signature_type": "NOTIFY_TYPE",
    "signature_source": 0,
    "is_involved_third": "No",
}
_LOOKUPS = {
    "app_name": "application__name__icontains",
    "signature_id": "public_id",
    "signature_name": "name__icontains",
    "signature_type": "type",
    "status": "status",
}
_PROOFS = {
    Signature.Source.WEBSITE: Evidence.Kind.ICP_SCREENSHOT,
    Signature.Source.APP: Evidence.Kind.ICP_SCREENSHOT,
    Signature.Source.TRADEMARK: Evidence.Kind.TRADEMARK,
}


class SignaturesView(ListingView):
    """CreateSignature and ListSignatureDetails."""

    @operation(
        "CreateSignature",
        "Apply for a signature",
        tag=_TAG,
        body=SignatureBody,
        answer="CreatedSignature",
        example=_EXAMPLE,
    )
    def post(self, request: Request, project_id: str) -> Response:
        body = self.read(SignatureBody)
        application = finding.application(self.customer, body["app_id"], named="app_id")
        signature = signatures.apply(
            application=application, **_content(application, body), **self.acting
        )
        return Response(documents.created(signature))

    @operation(
        "ListSignatureDetails",
        "List signatures",
        tag=_TAG,
        query=SignaturesQuery,
        answer="Signatures",
    )
    def get(self, request: Request, project_id: str) -> Response:
        query = self.read(SignaturesQuery, request.query_params)
        found = finding.signatures(self.customer)
        if text := query.get("signature_id"):
            query["signature_id"] = papers.parsed_id(text)
            found = found if query["signature_id"] else found.none()
        rows, total = self.page(filtered(found, query, _LOOKUPS), query)
        return Response({"results": documents.signatures(rows), "total": total})


class SignatureView(ManagementView):
    """ShowSignature, UpdateSignature and DeleteSignature."""

    @operation("ShowSignature", "Show a signature", tag=_TAG, places=_ONE, answer="Signature")
    def get(self, request: Request, project_id: str, id: str) -> Response:
        signature = finding.signature(self.customer, id)
        return Response(documents.signatures([signature])[0])

    @operation(
        "UpdateSignature",
        "Change a signature and submit it again",
        tag=_TAG,
        places=_ONE,
        body=SignatureBody,
        answer="CreatedSignature",
        example=_EXAMPLE,
    )
    def put(self, request: Request, project_id: str, id: str) -> Response:
        signature = finding.signature(self.customer, id)
        body = self.read(SignatureBody)
        application = finding.application(self.customer, body["app_id"], named="app_id")
        if application.pk != signature.application_id:
            raise ManagementError(INVALID, "app_id: a signature stays with its application")
        changed = signatures.resubmit(
            signature=signature, **_content(application, body), **self.acting
        )
        return Response(documents.created(changed))

    @operation("DeleteSignature", "Delete a signature", tag=_TAG, places=_ONE)
    def delete(self, request: Request, project_id: str, id: str) -> Response:
        signature = finding.signature(self.customer, id)
        deleting.delete_signature(signature=signature, **self.acting)
        return Response(status=HTTPStatus.NO_CONTENT)


class SignatureActivationView(ManagementView):
    """EnableSignature: ask for the activation of a signature that went out of use."""

    @operation(
        "EnableSignature",
        "Ask for the activation of a signature",
        tag=_TAG,
        places=_ONE,
        empty=HTTPStatus.OK,
    )
    def put(self, request: Request, project_id: str, id: str) -> Response:
        signature = finding.signature(self.customer, id)
        if not signature.can_activate:
            raise ManagementError(
                NOT_TO_BE_ACTIVATED, "Signature status should be TO_BE_ACTIVATED."
            )
        signature_life.activate(signature=signature, **self.acting)
        return Response()


def _content(application: Application, body: dict[str, Any]) -> dict[str, Any]:
    """What a body says, in the words of the services."""
    source = body["signature_source"]
    number = {
        Signature.Source.APP: body.get("license_number"),
        Signature.Source.TRADEMARK: body.get("registration_number"),
    }.get(source)
    qualification_id = body.get("qualification_id")
    return {
        "name": body["signature_name"],
        "type": body["signature_type"],
        "source": source,
        # Older clients know one field for every source.
        "source_detail": number or body.get("source_title_content") or "",
        "is_third_party": body["is_involved_third"],
        "qualification": finding.qualification(application.customer, qualification_id)
        if qualification_id
        else None,
        "description": body.get("apply_desc") or "",
        "uploads": _uploads(application, body),
    }


def _uploads(application: Application, body: dict[str, Any]) -> list[Upload]:
    proof = _PROOFS.get(body["signature_source"], Evidence.Kind.OTHER)
    kinds = {
        "file_id": Evidence.Kind.CERTIFICATE,
        "power_attorney_fileid": Evidence.Kind.AUTHORIZATION,
        "signature_related_file_id": proof,
    }
    return [
        papers.as_upload(application.customer, body[field], kind=kind, field=field)
        for field, kind in kinds.items()
        if body.get(field)
    ]
