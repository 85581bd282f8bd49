"""What deleting a signature means for group tasks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from messaging.models import GroupTask
from reviews.models import Signature

if TYPE_CHECKING:
    from common.errors import Sentence

State = GroupTask.State


def of_deleting(signature: Signature) -> "Iterator[Sentence]":
    """Say how many tasks have not started: each fails when its time comes."""
    unstarted = GroupTask.objects.filter(
        signature=signature, state__in=(State.CHECKING, State.CHECKED, State.PENDING)
    )
    if count := unstarted.count():
        yield (
            ngettext(
                "%(count)d group task has not started; it will fail.",
                "%(count)d group tasks have not started; they will fail.",
                count,
            )
            % {"count": count}
        )
