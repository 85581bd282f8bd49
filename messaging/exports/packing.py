"""Put workbooks together of the rows that were written, and finish exports."""

from datetime import timedelta
from itertools import chain

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation

from common.clock import now
from messaging.models import Export

from . import files, workbook
from .kinds import SOURCES

log = structlog.get_logger(__name__)

State = Export.State


def pack(export_id: int) -> None:
    """Make the workbook of an export whose rows are all written, and finish it.

    The row is locked only to finish. Whoever lost its turn meanwhile touches no file: the workbook
    is whole, in a folder of its own, before its first piece replaces one.
    """
    export = Export.objects.select_related("customer").get(pk=export_id)
    with translation.override(export.language):
        header = SOURCES[export.kind].header(export)
    rows = files.read(export.public_id, files.ROWS, export.pieces)
    made = workbook.made_of(rows, header)
    first = next(made)
    mine = Export.objects.filter(pk=export_id, state=State.PACKING, worked_at=export.worked_at)
    if not mine.exists():
        return
    pieces, size = workbook.keep(export.public_id, chain([first], made))
    with transaction.atomic():
        if kept := mine.select_for_update().first():
            kept.pieces, kept.size, kept.attempts = pieces, size, 0
            finish(kept)
            kept.save()
            transaction.on_commit(lambda: files.delete(export.public_id, files.ROWS))
    if not Export.objects.filter(pk=export_id).exists():
        files.delete(export.public_id)


def finish(export: Export) -> None:
    """Note that the file is whole, until when it lies there, and since when."""
    export.state = State.READY
    export.finished_at = now()
    export.expires_at = export.finished_at + timedelta(days=settings.SMS_EXPORT_DAYS)
    log.info("export ready", export=str(export.public_id), kind=export.kind, rows=export.rows)
