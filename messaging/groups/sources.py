"""Where the recipients of a group task come from; in the end they are a file in any case."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, Protocol

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from messaging.models import GroupTask, RecipientList
from reviews.models import Template

from . import readers, results
from .blocks import good_rows
from .preconditions import version_to_send

_FILE_NAME_LENGTH = 255
_SEPARATORS = re.compile(r"[\s,;，；、]+")
_IN_MEMORY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Incoming:
    """Recipients as a file: its name for people, and its format, which ends its stored name."""

    content: "File[Any]"
    name: str
    file_format: str


class Recipients(Protocol):
    """Something that recipients can be taken from."""

    def incoming(self, template: Template | None) -> Incoming:
        """The file to keep; raises `Refusal` when there is nothing in it that could be sent.

        `template` is what they will be sent, None for a list that is kept for later.
        """
        ...


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that somebody uploads."""

    file: "UploadedFile[Any]"

    def incoming(self, template: Template | None) -> Incoming:
        upload = self.file
        if not upload.size:
            raise Refusal(
                "group_file_empty",
                _("The file is empty. Write the numbers into column A, one in each row."),
                field="file",
            )
        upload.seek(0)
        file_format = readers.format_of(upload.read(readers.HEAD_BYTES))
        upload.seek(0)
        limit = readers.largest(file_format)
        if upload.size > limit:
            raise Refusal(
                "group_file_size",
                _("The file is larger than %(limit)d MB. Split it into several files."),
                field="file",
                params={"limit": limit // (1024 * 1024)},
            )
        return Incoming(upload, (upload.name or "")[-_FILE_NAME_LENGTH:], file_format)


@dataclass(frozen=True, slots=True)
class Pasted:
    """Numbers typed or pasted: with values of variables behind them, a line for each number."""

    text: str

    def incoming(self, template: Template | None) -> Incoming:
        text = self.text.strip()
        if not text:
            raise Refusal(
                "group_numbers_missing",
                _("No number was given. Write the numbers, one in each line."),
                field="numbers",
            )
        if template is not None and not version_to_send(template).variable_attributes:
            text = "\n".join(_SEPARATORS.split(text))
        content = text.encode()
        if len(content) > readers.largest("csv"):
            raise Refusal(
                "group_numbers_size",
                _("That is too much text at a time. Put the numbers into a csv file."),
                field="numbers",
            )
        return Incoming(ContentFile(content), str(_("Numbers typed in")), "csv")


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows that a program hands over: a number each, and the values of variables behind it."""

    rows: Sequence[Sequence[str]]

    def incoming(self, template: Template | None) -> Incoming:
        filled = [row for row in self.rows if row]
        if not filled:
            raise Refusal(
                "group_numbers_missing",
                _("No number was given. Write the numbers, one in each row."),
                field="numbers",
            )
        content = b"".join(_csv_blocks((row[0], row[1:]) for row in filled))
        return Incoming(ContentFile(content), str(_("Numbers from a program")), "csv")


@dataclass(frozen=True, slots=True)
class Saved:
    """A list that the customer keeps."""

    recipient_list: RecipientList

    def incoming(self, template: Template | None) -> Incoming:
        kept = self.recipient_list
        if kept.state != RecipientList.State.READY:
            raise Refusal(
                "group_list_state",
                _("This recipient list cannot be used yet (%(state)s). Choose one that is ready."),
                field="recipient_list",
                params={"state": kept.get_state_display()},
            )
        return _kept(kept.file, kept.name)


@dataclass(frozen=True, slots=True)
class Repeated:
    """The numbers that an earlier task could send to."""

    task: GroupTask

    def incoming(self, template: Template | None) -> Incoming:
        rows = ((row.recipient, row.values) for row in good_rows(self.task))
        return _written(rows, self.task.file_name, template)


@dataclass(frozen=True, slots=True)
class FailedOf:
    """The numbers of an earlier task that failed, all of them or those with some status codes."""

    task: GroupTask
    codes: Sequence[str] = ()

    def incoming(self, template: Template | None) -> Incoming:
        rows = ((row.recipient, row.values) for row in results.failed(self.task, self.codes))
        name = str(_("Failed numbers of %(name)s")) % {"name": self.task.name}
        return _written(rows, name[:_FILE_NAME_LENGTH], template)


def _kept(file: "File[Any]", name: str) -> Incoming:
    suffix = (file.name or "").rpartition(".")[2]
    try:
        return Incoming(File(file.open("rb")), name, suffix)
    except FileNotFoundError as error:
        raise Refusal(
            "group_file_gone",
            _("The file is no longer there. Upload it again."),
            field="recipient_list",
        ) from error


def _written(
    rows: Iterable[tuple[str, Sequence[str]]], name: str, template: Template | None
) -> Incoming:
    is_valued = template is not None and bool(version_to_send(template).variable_attributes)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115
    size = 0
    for block in _csv_blocks(_with_values(rows) if is_valued else rows):
        size += file.write(block)
    if not size:
        raise Refusal(
            "group_no_recipients",
            _("There is no number to send to. Choose other recipients."),
            field="recipients",
        )
    file.seek(0)
    return Incoming(File(file, name="rows.csv"), name, "csv")


def _with_values(
    rows: Iterable[tuple[str, Sequence[str]]],
) -> Iterator[tuple[str, Sequence[str]]]:
    """The rows; `Refusal` once one has no values any more (ruling 29)."""
    for recipient, values in rows:
        if not values:
            raise Refusal(
                "group_values_erased",
                _(
                    "The values of that task's numbers have been erased, because they may be "
                    "personal. Upload the list with its values again."
                ),
                field="recipients",
            )
        yield recipient, values


def _csv_blocks(rows: Iterable[tuple[str, Sequence[str]]]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text)
    for recipient, values in rows:
        writer.writerow([recipient, *values])
        if text.tell() > _IN_MEMORY_BYTES:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
