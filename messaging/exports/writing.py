"""Write exports: a slice of the one whose turn it is, and the next one's after that.

A slice is read, kept as a piece and counted in one transaction that holds the export's row. A
writer that dies gives the row back with nothing counted, and the next one writes the same slice
again over the same piece. A workbook is put together in a turn of its own, which may take minutes
and so holds nothing (packing.py).
"""

import csv
import io
import time
from collections.abc import Sequence

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from common.clock import now
from common.spreadsheet import BOM, harmless
from common.sql import exclusively
from messaging.models import Export

from . import files, packing, workbook
from .kinds import SOURCES
from .slices import SLICE_ROWS, Cell, Slice

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 5
"""A slice that failed, or took its writer with it, so often ends the export."""

State = Export.State


def has_unfinished() -> bool:
    """Whether an export waits for its next slice."""
    return Export.objects.unfinished().exists()


def write_due(*, budget_s: float) -> bool:
    """Write slices for so many seconds; whether something is left to be written.

    One writer at a time in the whole installation: exports are patient, other tasks are not.
    """
    with exclusively("messaging.exports") as is_alone:
        if not is_alone:
            return False
        deadline = time.monotonic() + budget_s
        while export_id := _next_turn():
            _try(export_id)
            if time.monotonic() > deadline:
                return True
    return False


def _next_turn() -> int | None:
    """The export that waited longest; one that was begun too often fails instead."""
    with transaction.atomic():
        waiting = Export.objects.unfinished().select_for_update(skip_locked=True)
        export = waiting.order_by(F("worked_at").asc(nulls_first=True), "id").first()
        if export is None:
            return None
        if export.attempts >= MOST_ATTEMPTS:
            with translation.override(export.language):
                _fail(export)
            return _next_turn()
        export.attempts += 1
        export.worked_at = now()
        export.save(update_fields=["attempts", "worked_at"])
        return export.pk


def _try(export_id: int) -> None:
    try:
        if Export.objects.filter(pk=export_id, state=State.PACKING).exists():
            packing.pack(export_id)
        else:
            _write_slice(export_id)
    except Exception:
        # Whatever it is, the other exports go on; this one is tried again in its turn.
        log.exception("a slice of an export failed", export=export_id)


@transaction.atomic
def _write_slice(export_id: int) -> None:
    mine = Export.objects.unfinished().select_for_update(skip_locked=True, of=("self",))
    export = mine.select_related("customer").filter(pk=export_id).first()
    if export is None:
        return
    with translation.override(export.language):
        left = settings.SMS_EXPORT_MAX_ROWS - export.rows
        slice_ = SOURCES[export.kind].read(export, limit=min(SLICE_ROWS, left))
        _keep(export, slice_)
        export.is_cut = slice_.position is not None and export.rows >= settings.SMS_EXPORT_MAX_ROWS
        if slice_.position is None or export.is_cut:
            _end(export)
    export.attempts = 0
    export.save()


def _keep(export: Export, slice_: Slice) -> None:
    header = SOURCES[export.kind].header(export)
    if slice_.rows or (export.format == Export.Format.CSV and not export.pieces):
        export.pieces += 1
        if export.format == Export.Format.CSV:
            content = _as_csv(slice_.rows, header if export.pieces == 1 else ())
            files.write(export.public_id, files.FILE, export.pieces, content)
            export.size += len(content)
        else:
            content = workbook.as_piece(slice_.rows)
            files.write(export.public_id, files.ROWS, export.pieces, content)
    export.state = State.WRITING
    export.rows += len(slice_.rows)
    export.position = slice_.position
    export.share = slice_.share


def _end(export: Export) -> None:
    export.share = 1.0
    if export.format == Export.Format.XLSX:
        export.state = State.PACKING
    else:
        packing.finish(export)


def _fail(export: Export) -> None:
    export.state = State.FAILED
    export.finished_at = now()
    export.failure = _(
        "Writing it failed %(count)s times. Ask for it again, or for a shorter time; if that "
        "fails, too, tell the platform's support the time of the request."
    ) % {"count": MOST_ATTEMPTS}
    export.save(update_fields=["state", "finished_at", "failure"])
    transaction.on_commit(lambda: files.delete(export.public_id))
    log.error("export failed", export=str(export.public_id), kind=export.kind)


def _as_csv(rows: Sequence[Sequence[Cell]], header: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    if header:
        text.write(BOM)
        writer.writerow(header)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()
