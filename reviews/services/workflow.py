"""The only way through the status of what is reviewed."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import User
from reviews.models import Transition

Subject = Any
"""A row that is reviewed: it has `customer`, `status`, `Status`, `NEXT` and `updated_at`."""


def kind_of(subject: Subject) -> str:
    """The kind under which cases and steps name their object, such as `signature`."""
    return str(getattr(subject, "CASE_KIND", subject._meta.model_name))


@transaction.atomic
def advance(subject: Subject, to: str, *, actor: User | None, reason: str = "") -> None:
    """Move an object one step and log the step.

    The step must be in the model's `NEXT` table, and the row must still be in the status that
    `subject` shows: one conditional UPDATE decides when several want to move it. Refuses with
    `status_step` or `status_changed`; then nothing has been written. A trigger in the database
    refuses illegal steps that come by any other way.
    """
    origin = subject.status
    if to not in subject.NEXT[origin]:
        raise refusal(subject, to)
    moved = (
        type(subject)
        ._default_manager.filter(pk=subject.pk, status=origin)
        .update(status=to, updated_at=timezone.now())
    )
    if not moved:
        raise Refusal(
            "status_changed",
            _("%(object)s was changed by someone else meanwhile. Load the page again."),
            params={"object": str(subject)},
            permanent=False,
        )
    subject.status = to
    _log(subject, origin, actor, reason)


def refusal(subject: Subject, to: str) -> Refusal:
    """What is said of a step that its object cannot take from where it is."""
    return Refusal(
        "status_step",
        _("%(object)s is “%(status)s”: it cannot become “%(to)s” from there."),
        params={
            "object": str(subject),
            "status": subject.get_status_display(),
            "to": subject.Status(to).label,
        },
    )


def enter(subject: Subject, *, actor: User | None) -> None:
    """Log the status in which a new object begins."""
    _log(subject, "", actor, "")


def _log(subject: Subject, origin: str, actor: User | None, reason: str) -> None:
    Transition.objects.create(
        kind=kind_of(subject),
        object_id=subject.pk,
        from_status=origin,
        to_status=subject.status,
        actor=actor,
        reason=reason,
    )
