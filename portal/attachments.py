"""Files that come with a ticket: taken for what their content is, and only pictures and PDF."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.services.tickets import CheckedFile
from reviews.models import Evidence
from reviews.services.evidence import Upload, checked_name
from reviews.services.papers import BadPaperError, content_type_of


def checked_files(files: "Iterable[UploadedFile[Any]]") -> list[CheckedFile]:
    """Look into each file. Refuses what papers are refused for: name, size and content."""
    return [_checked(file) for file in files]


def _checked(file: "UploadedFile[Any]") -> CheckedFile:
    name = checked_name(Upload(kind=Evidence.Kind.OTHER, file=file, field="attachments"))
    most = settings.SMS_EVIDENCE_MAX_BYTES
    content = bytes(file.read(most + 1))
    if not 0 < len(content) <= most:
        raise Refusal(
            "file_size",
            _("The file “%(name)s” is empty or larger than %(limit)s MB."),
            field="attachments",
            params={"name": name, "limit": f"{most / (1024 * 1024):g}"},
        )
    try:
        return CheckedFile(name, content_type_of(content), content)
    except BadPaperError as error:
        raise Refusal(
            "file_content",
            _("The file “%(name)s” cannot be taken. %(why)s"),
            field="attachments",
            params={"name": name, "why": error.sentence},
        ) from error
