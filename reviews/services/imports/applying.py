"""Apply for the templates of a spreadsheet, and say which rows could not be."""

from dataclasses import dataclass
from typing import IO

from django.db import transaction

from common.errors import Refusal
from customers.models import Application, User
from customers.services.standing import require_service
from reviews.models import Signature, Template
from reviews.services import templates
from reviews.services.imports.reading import Line, read_lines
from reviews.services.imports.rows import Row, Signatures, is_example, judge


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A line that could not be submitted, and every reason why."""

    line: Line
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of each row: applied for, there already (by line), or failed."""

    accepted: tuple[Template, ...]
    present: tuple[int, ...]
    failed: tuple[FailedRow, ...]


def import_templates(
    *,
    application: Application,
    file: IO[bytes],
    actor: User | None,
    ip_address: str | None = None,
) -> ImportResult:
    """Apply for each row of an .xlsx or CSV file that breaks no rule.

    Refuses (field `file`) a file that cannot be read, before anything is stored, and a customer
    who may not add anything. Each row is a transaction of its own, so that what was applied for
    stays when a later row fails or the process ends; a row is never applied for by half. A row
    whose template the application has already, with the same type, signature, name and text, is
    left alone, and so is an untouched example of the sample: the same file may come twice.
    """
    require_service(application.customer)
    lines = [line for line in read_lines(file) if not is_example(line)]
    signatures = _signatures(application)
    accepted: list[Template] = []
    present: list[int] = []
    failed: list[FailedRow] = []
    for line in lines:
        row = judge(line, signatures)
        if row.problems:
            failed.append(FailedRow(line, tuple(row.problems)))
            continue
        try:
            template = _apply_once(application, row, actor, ip_address)
        except Refusal as refusal:
            failed.append(FailedRow(line, (str(refusal),)))
            continue
        if template is None:
            present.append(line.number)
        else:
            accepted.append(template)
    return ImportResult(tuple(accepted), tuple(present), tuple(failed))


@transaction.atomic
def _apply_once(
    application: Application, row: Row, actor: User | None, ip_address: str | None
) -> Template | None:
    """Apply for a row unless its template is there; None then."""
    # The lock of `templates.apply`, taken before looking: two imports of one file find each other.
    Application.objects.select_for_update(no_key=True, of=("self",)).get(pk=application.pk)
    cells = row.line.cells
    same = Template.objects.filter(
        application=application,
        signature=row.signature,
        type=row.type,
        name=cells["name"],
        content=cells["content"],
    )
    if same.exists():
        return None
    return templates.apply(
        application=application,
        signature=row.signature,
        type=row.type,
        name=cells["name"],
        content=cells["content"],
        variable_attributes=row.variable_attributes,
        description=cells["description"],
        actor=actor,
        ip_address=ip_address,
    )


def _signatures(application: Application) -> Signatures:
    """Those the form for one template offers, too."""
    rows = Signature.objects.filter(application=application)
    usable = rows.exclude(status=Signature.Status.REVIEW_NOT_PASS)
    return {(signature.name, signature.type): signature for signature in usable}
