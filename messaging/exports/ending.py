"""Take away what nobody may download any more."""

from datetime import datetime, timedelta

from messaging.models import Export

from . import files

KEPT_IN_LIST = timedelta(days=90)
"""An export stands in the list so long after it ended, its file gone or not."""


def expire(moment: datetime) -> int:
    """Delete the files whose time is over, and long ended exports; return how many expired."""
    outdated = list(Export.objects.outdated(moment))
    for export in outdated:
        files.delete(export.public_id)
        Export.objects.filter(pk=export.pk).update(state=Export.State.EXPIRED)
    ended = Export.objects.exclude(state=Export.State.READY)
    ended.filter(finished_at__lt=moment - KEPT_IN_LIST).delete()
    return len(outdated)
