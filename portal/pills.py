"""The colour of each status. Colour only supports the words beside it."""

from django.db.models import Model

from customers.models import Application
from messaging.models import GroupTask, Message
from reviews.models import Signature, Template

GOOD, BUSY, WAITING, BAD, QUIET = "good", "busy", "waiting", "bad", "quiet"

TONES: dict[type[Model], dict[object, str]] = {
    Application: {
        Application.Status.CREATED: BUSY,
        Application.Status.PROCESSING: BUSY,
        Application.Status.LAUNCHED: GOOD,
        Application.Status.SUSPENDED: BAD,
    },
    Signature: {
        Signature.Status.PENDING_QUALIFICATION_REVIEW: WAITING,
        Signature.Status.PENDING_REVIEW: WAITING,
        Signature.Status.REVIEW_NOT_PASS: BAD,
        Signature.Status.PROCESSING: BUSY,
        Signature.Status.REAL_NAME_REGISTRATING: BUSY,
        Signature.Status.PENDING_ACTIVATE: WAITING,
        **dict.fromkeys(Signature.USABLE, GOOD),
    },
    Template: {
        Template.Status.SIGN_REVIEWING: WAITING,
        Template.Status.REVIEWING: WAITING,
        Template.Status.ADOPTED: GOOD,
        Template.Status.ADOPTED_INACTIVE: BAD,
        Template.Status.REJECT: BAD,
    },
    GroupTask: {
        GroupTask.State.CHECKING: BUSY,
        GroupTask.State.CHECKED: WAITING,
        GroupTask.State.PENDING: WAITING,
        GroupTask.State.SUBMITTING: BUSY,
        GroupTask.State.SUCCEEDED: GOOD,
        GroupTask.State.FAILED: BAD,
    },
    Message: {
        Message.State.ACCEPTED: WAITING,
        Message.State.SUBMITTED: BUSY,
        Message.State.UNKNOWN: BUSY,
        Message.State.DELIVERED: GOOD,
        Message.State.FAILED: BAD,
        Message.State.EXPIRED: BAD,
    },
}


def tone_of(thing: Model, status: object) -> str:
    """The name of the colour of an object's status; quiet grey for those without one."""
    return TONES[type(thing)].get(status, QUIET)
