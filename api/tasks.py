from celery import shared_task

from api.models import RememberedAnswer
from common.clock import now


@shared_task(name="api.forget_answers")
def forget_answers() -> int:
    """Drop the answers whose time is over; they hold recipients' numbers."""
    return RememberedAnswer.objects.outdated(now()).delete()[0]
