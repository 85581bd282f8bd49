from celery import shared_task

from api.models import FailedSignIns, RememberedAnswer, Token, UploadedFile
from common.clock import now


@shared_task(name="api.forget_answers")
def forget_answers() -> int:
    """Drop the answers whose time is over; they hold recipients' numbers."""
    return RememberedAnswer.objects.outdated(now()).delete()[0]


@shared_task(name="api.forget_sign_ins")
def forget_sign_ins() -> int:
    """Drop tokens whose time is over, and failures of a day ago."""
    dropped = Token.objects.outdated(now()).delete()[0]
    return dropped + FailedSignIns.objects.outdated(now()).delete()[0]


@shared_task(name="api.forget_uploads")
def forget_uploads() -> int:
    """Delete the files that no signature named within a day, or names any longer."""
    unused = list(UploadedFile.objects.unused(now()))
    for upload in unused:
        upload.delete()
        upload.file.storage.delete(str(upload.file.name))
    return len(unused)
