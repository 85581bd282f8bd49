"""The colour of each status. Colour only supports the words beside it."""

from django.db.models import Model

from customers.models import Application, Purchase, QuotaRequest, Ticket, WebhookEvent
from messaging.models import Callback, Export, GroupTask, Message, NumberRemoval, RecipientList
from reviews.models import Filing, Qualification, RealName, Signature, Template

GOOD, BUSY, WAITING, BAD, QUIET = "good", "busy", "waiting", "bad", "quiet"

TONES: dict[type[Model], dict[object, str]] = {
    Application: {
        Application.Status.CREATED: BUSY,
        Application.Status.PROCESSING: BUSY,
        Application.Status.LAUNCHED: GOOD,
        Application.Status.SUSPENDED: BAD,
    },
    Filing: {
        Filing.Status.SUBMITTED: BUSY,
        Filing.Status.OK: GOOD,
        Filing.Status.FAILED: BAD,
    },
    Qualification: {
        Qualification.Status.PENDING_REVIEW: WAITING,
        Qualification.Status.APPROVED: GOOD,
        Qualification.Status.REJECTED: BAD,
    },
    Purchase: {
        Purchase.State.ORDERED: WAITING,
        Purchase.State.PAID: GOOD,
        Purchase.State.REFUSED: BAD,
    },
    QuotaRequest: {
        QuotaRequest.Status.SUBMITTED: WAITING,
        QuotaRequest.Status.APPROVED: GOOD,
        QuotaRequest.Status.REJECTED: BAD,
    },
    RealName: {
        RealName.Status.REVIEWING: WAITING,
        RealName.Status.APPROVED: GOOD,
        RealName.Status.REJECTED: BAD,
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
    Ticket: {
        Ticket.State.OPEN: WAITING,
        Ticket.State.ANSWERED: GOOD,
    },
    GroupTask: {
        GroupTask.State.CHECKING: BUSY,
        GroupTask.State.CHECKED: WAITING,
        GroupTask.State.PENDING: WAITING,
        GroupTask.State.SUBMITTING: BUSY,
        GroupTask.State.PAUSED: WAITING,
        GroupTask.State.STOPPED: BAD,
        GroupTask.State.SUCCEEDED: GOOD,
        GroupTask.State.FAILED: BAD,
    },
    RecipientList: {
        RecipientList.State.CHECKING: BUSY,
        RecipientList.State.READY: GOOD,
        RecipientList.State.FAILED: BAD,
    },
    NumberRemoval: {
        NumberRemoval.Status.REMOVING: WAITING,
        NumberRemoval.Status.REMOVED: GOOD,
        NumberRemoval.Status.REMOVAL_REJECTED: BAD,
    },
    Message: {
        Message.State.ACCEPTED: WAITING,
        Message.State.SUBMITTED: BUSY,
        Message.State.UNKNOWN: BUSY,
        Message.State.DELIVERED: GOOD,
        Message.State.FAILED: BAD,
        Message.State.EXPIRED: BAD,
    },
    Export: {
        Export.State.WAITING: WAITING,
        Export.State.WRITING: BUSY,
        Export.State.PACKING: BUSY,
        Export.State.READY: GOOD,
        Export.State.FAILED: BAD,
    },
    Callback: {
        Callback.State.DUE: WAITING,
        Callback.State.DELIVERED: GOOD,
        Callback.State.GIVEN_UP: BAD,
    },
    WebhookEvent: {
        WebhookEvent.State.DUE: WAITING,
        WebhookEvent.State.DELIVERED: GOOD,
        WebhookEvent.State.GIVEN_UP: BAD,
    },
}


def tone_of(thing: Model, status: object) -> str:
    """The name of the colour of an object's status; quiet grey for those without one."""
    return TONES[type(thing)].get(status, QUIET)
