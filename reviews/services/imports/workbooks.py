"""The workbooks customers download: the sample, and the rows that failed with their findings."""

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # has no stubs
from django.utils.translation import gettext as _

from reviews.models.kinds import MessageType
from reviews.services.imports.applying import FailedRow
from reviews.services.imports.columns import COLUMNS, EXAMPLES, GENERAL
from reviews.services.imports.reading import MOST_ROWS, neutral

_FINDINGS_WIDTH = 60
_LINE_WIDTH = 10


def sample_workbook() -> bytes:
    """Write the sample in the language of the page: headings, an example per type, explanations.

    Examples that are left as they are do not become templates.
    """
    examples = [
        (
            str(example.type.label),
            str(GENERAL),
            example.name,
            example.content,
            example.variable_attributes,
            example.description,
        )
        for example in EXAMPLES
    ]
    with _workbook() as (workbook, file):
        sheet = _sheet(workbook, _("Templates"), _headings(), [each.width for each in COLUMNS])
        _write(workbook, sheet, examples)
        types = [str(type.label) for type in MessageType]
        sheet.data_validation(1, 0, MOST_ROWS, 0, {"validate": "list", "source": types})
        _write_explanations(workbook)
    return file.getvalue()


def error_workbook(failed: Sequence[FailedRow]) -> bytes:
    """Write the rows that failed, as they were, with their line and what is wrong with them.

    The file can be corrected and imported as it is.
    """
    rows = [
        (
            *(failure.line.cells[column.key] for column in COLUMNS),
            str(failure.line.number),
            "\n".join(failure.problems),
        )
        for failure in failed
    ]
    headings = [*_headings(), _("Line in your file"), _("Findings")]
    widths = [*(each.width for each in COLUMNS), _LINE_WIDTH, _FINDINGS_WIDTH]
    with _workbook() as (workbook, file):
        _write(workbook, _sheet(workbook, _("Templates"), headings, widths), rows)
    return file.getvalue()


@contextmanager
def _workbook() -> Iterator[tuple[Any, io.BytesIO]]:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        yield workbook, file


def _headings() -> list[str]:
    return [str(column.heading) for column in COLUMNS]


def _sheet(workbook: Any, name: str, headings: Sequence[str], widths: Sequence[int]) -> Any:
    sheet = workbook.add_worksheet(name)
    bold = workbook.add_format({"bold": True, "bottom": 1})
    for index, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, heading, bold)
    sheet.freeze_panes(1, 0)
    return sheet


def _write(workbook: Any, sheet: Any, rows: Iterable[Sequence[str]]) -> None:
    # Text format, so that a program does not turn a corrected cell into a number or a date.
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for number, cells in enumerate(rows, 1):
        for index, cell in enumerate(cells):
            sheet.write_string(number, index, neutral(cell), wrapped)


def _write_explanations(workbook: Any) -> None:
    headings = [_("Column"), _("Required"), _("What to write")]
    sheet = _sheet(workbook, _("Explanations"), headings, [24, 12, 90])
    _write(
        workbook,
        sheet,
        [
            (
                str(column.heading),
                _("Yes") if column.is_required else _("No"),
                str(column.explanation),
            )
            for column in COLUMNS
        ],
    )
