"""The language in which a worker writes what a person will read."""

from django.conf import settings
from django.utils import translation

from messaging.models import GroupTask, RecipientList


def in_language_of(made: GroupTask | RecipientList) -> translation.override:
    """Word sentences for whoever made the task or list; in the source language if they chose none.

    Sentences in the source language are translated when they are shown.
    """
    return translation.override(made.created_by.language or settings.LANGUAGE_CODE)
