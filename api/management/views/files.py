"""Files for signatures (spec management-api §3)."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from api import models
from api.management import papers
from api.management.documents.common import local_stamp
from api.management.errors import INVALID, ManagementError
from api.management.serializers.fields import Text
from api.openapi.operations import operation

from .base import ManagementView

_TAG = "Signatures"
_UPLOAD = {
    "multipart/form-data": {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    }
}
_CONTRACT = 1
_MESSAGE_AND_SMS = 2


class UploadQuery(serializers.Serializer[Any]):
    file_desc = Text(max_length=64, required=False)


class FileQuery(serializers.Serializer[Any]):
    file_id = Text(max_length=64)


class FilesView(ManagementView):
    """UploadSignatureFile and ShowSignatureFile."""

    parser_classes = (MultiPartParser,)

    @operation(
        "UploadSignatureFile",
        "Upload a paper for a signature",
        tag=_TAG,
        query=UploadQuery,
        body=_UPLOAD,
        answer="File",
    )
    def post(self, request: Request, project_id: str) -> Response:
        query = self.read(UploadQuery, request.query_params)
        files = request.FILES.getlist("file")
        if len(files) != 1 or not isinstance(files[0], UploadedFile):
            raise ManagementError(INVALID, "file: send exactly one part of this name, with a file")
        kept = papers.keep(
            customer=self.customer,
            file=files[0],
            description=query.get("file_desc") or "",
            **self.acting,
        )
        return Response(_document(kept))

    @operation(
        "ShowSignatureFile", "Show an uploaded file", tag=_TAG, query=FileQuery, answer="File"
    )
    def get(self, request: Request, project_id: str) -> Response:
        query = self.read(FileQuery, request.query_params)
        return Response(_document(papers.find(self.customer, query["file_id"])))


def _document(kept: models.UploadedFile) -> dict[str, Any]:
    return {
        "file_id": str(kept.public_id),
        "file_name": kept.file_name,
        "file_ref": papers.uses(kept),
        "file_size": kept.size,
        "file_type": _CONTRACT,
        "module_type": _MESSAGE_AND_SMS,
        "operator": kept.uploaded_by.email[:64],
        "file_desc": kept.description,
        "update_time": local_stamp(kept.uploaded_at),
    }
