"""Internal notes of reviewers on a case."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import User
from reviews.models import Note, Submission
from reviews.services import rights
from reviews.services.fields import check_storable
from reviews.services.kinds import kind_named

_LONGEST = 2000


@transaction.atomic
def add_note(*, submission: Submission, author: User, text: str) -> Note:
    """Leave a note for colleagues; the customer never reads it.

    Refuses an empty or overlong note and an author who may not decide the case.
    """
    rights.require(author, kind_named(submission.kind).permission, customer=submission.customer)
    text = text.strip()
    if not 1 <= len(text) <= _LONGEST:
        raise Refusal(
            "note_length",
            _("Write a note of 1 to %(longest)s characters."),
            field="text",
            params={"longest": _LONGEST},
        )
    check_storable((text,), field="text")
    return Note.objects.create(submission=submission, author=author, text=text)
