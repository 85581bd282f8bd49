"""Files that come with a message of a ticket: how they are chosen, and which are taken."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.papers import BadPaperError, content_type_of
from common.papers.names import checked_name
from customers.services.tickets import CheckedFile

FIELD = "attachments"


class ManyFiles(forms.FileField):
    """Any number of files in one field; cleaned to a list."""

    class _Input(forms.ClearableFileInput):
        allow_multiple_selected = True
        template_name = "django/forms/widgets/file.html"

    def __init__(self) -> None:
        super().__init__(
            label=_("Files"),
            help_text=_("At most 5, JPG, PNG, GIF or PDF, each of at most 2 MB."),
            required=False,
            widget=self._Input(attrs={"accept": ".jpg,.jpeg,.png,.gif,.pdf"}),
        )

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(ManyFiles, self).clean(each, initial) for each in data or () if each]


def checked_files(files: "Iterable[UploadedFile[Any]]") -> list[CheckedFile]:
    """Look into each file: it is what its content is, and only pictures and PDF are taken.

    Refuses what papers are refused for: name, size and content; the field is `FIELD`.
    """
    return [_checked(file) for file in files]


def _checked(file: "UploadedFile[Any]") -> CheckedFile:
    name = checked_name(file.name, field=FIELD)
    most = settings.SMS_EVIDENCE_MAX_BYTES
    content = bytes(file.read(most + 1))
    if not 0 < len(content) <= most:
        raise Refusal(
            "file_size",
            _("The file “%(name)s” is empty or larger than %(limit)s MB."),
            field=FIELD,
            params={"name": name, "limit": f"{most / (1024 * 1024):g}"},
        )
    try:
        return CheckedFile(name, content_type_of(content), content)
    except BadPaperError as error:
        raise Refusal(
            "file_content",
            _("The file “%(name)s” cannot be taken. %(why)s"),
            field=FIELD,
            params={"name": name, "why": error.sentence},
        ) from error
