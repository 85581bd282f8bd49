"""Sample files for a template: a header, and one row to be written over."""

import csv
import io
import re

from django.utils.translation import gettext as _

from reviews.models import Template

from .preconditions import version_to_send
from .workbooks import as_xlsx

_BOM = "\ufeff"
_NUMBER = "13800138000"
_VALUES = {
    "PHONE": "4008001234",
    "CHARDIGIT": "A1234",
    "DATETIME": "2024-05-01",
    "MONEY": "99.50",
    "TEXT": "李女士",
    "NEWTEXT": "李女士",
    "LONGTEXT": "李女士",
    "DATE": "2024/05/01",
    "TIME": "09:30",
    "NUM": "12345678901234567890",
    "TXT": "李女士",
}
_SIZED = re.compile(r"(NUM|TXT)_([0-9]+)")


def sample_csv(template: Template) -> str:
    """Write the sample for an approved template: one column for the number, one per variable.

    The text starts with a byte order mark, so that spreadsheet programs read it as UTF-8; encode
    it as plain ``utf-8``. Raises `Refusal` for a template that was never approved.
    """
    text = io.StringIO()
    text.write(_BOM)
    csv.writer(text).writerows(_rows(template))
    return text.getvalue()


def sample_xlsx(template: Template) -> bytes:
    """The same as a workbook, its cells formatted as text so that no number is rounded."""
    header, row = _rows(template)
    with as_xlsx(header, [row]) as file:
        return file.read()


def _rows(template: Template) -> tuple[list[str], list[str]]:
    variables = version_to_send(template).variable_attributes
    return (
        [_("Number"), *(f"${{{variable['name']}}}" for variable in variables)],
        [_NUMBER, *(example(variable["attribute"]) for variable in variables)],
    )


def example(attribute: str) -> str:
    """A value that fits an attribute such as `CHARDIGIT` or `NUM_6`."""
    if sized := _SIZED.fullmatch(attribute):
        return _VALUES[sized[1]][: int(sized[2])]
    return _VALUES[attribute]
