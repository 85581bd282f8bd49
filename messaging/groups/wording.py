"""The language in which a worker writes what a person will read."""

from django.conf import settings
from django.utils import translation

from messaging.models import GroupTask


def in_language_of(task: GroupTask) -> translation.override:
    """Word sentences for whoever made the task; in the source language if they chose none.

    Sentences in the source language are translated when they are shown.
    """
    return translation.override(task.created_by.language or settings.LANGUAGE_CODE)
