"""What webhooks are told: one event for each review decision, in the decision's transaction."""

import json
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from common.clock import now, utc_stamp
from customers.models import Notice, User, Webhook, WebhookEvent
from customers.services import audit

_TYPES: dict[str, str] = {
    Notice.Event.QUALIFICATION_APPROVED: "qualification.approved",
    Notice.Event.QUALIFICATION_REJECTED: "qualification.rejected",
    Notice.Event.SIGNATURE_APPROVED: "signature.approved",
    Notice.Event.SIGNATURE_REJECTED: "signature.rejected",
    Notice.Event.SIGNATURE_ACTIVATED: "signature.activated",
    Notice.Event.SIGNATURE_NOT_ACTIVATED: "signature.not_activated",
    Notice.Event.SUPPLEMENT_APPROVED: "signature.supplement_approved",
    Notice.Event.SUPPLEMENT_REJECTED: "signature.supplement_rejected",
    Notice.Event.TEMPLATE_APPROVED: "template.approved",
    Notice.Event.TEMPLATE_REJECTED: "template.rejected",
    Notice.Event.TEMPLATE_DEACTIVATED: "template.deactivated",
}
"""The type of a notice's event; what stands before the point is the kind of webhook it is for."""

_TEST = "webhook.test"


def owe(notice: Notice) -> None:
    """Owe the event of a notice to each active webhook of its kind; most notices owe nothing."""
    if type_ := _TYPES.get(notice.event):
        kind = type_.partition(".")[0]
        told = Webhook.objects.for_customer(notice.customer).filter(
            is_active=True, kinds__contains=kind
        )
        data = {
            "object_type": notice.object_type,
            "object_id": str(notice.object_id),
            "name": notice.params.get("name", ""),
            "comment": notice.params.get("comment", ""),
        }
        WebhookEvent.objects.bulk_create(_event(webhook, type_, data) for webhook in told)


def owe_test(*, webhook: Webhook) -> WebhookEvent:
    """Owe a webhook an event that tells of nothing, to see whether it arrives."""
    event = _event(webhook, _TEST, {})
    event.save()
    return event


@transaction.atomic
def send_again(*, event: WebhookEvent, actor: User, ip_address: str | None = None) -> None:
    """Make an event due once more, at the foot of the ladder; the same bytes under the same id."""
    WebhookEvent.objects.filter(pk=event.pk).update(
        state=WebhookEvent.State.DUE, step=0, next_attempt_at=now()
    )
    audit.record(
        verb="replay",
        object_type="webhook",
        object_id=event.webhook_id,
        object_name=event.webhook.url,
        actor=actor,
        customer=event.webhook.customer,
        ip_address=ip_address,
        after={"what": event.type},
    )


def _event(webhook: Webhook, type_: str, data: dict[str, Any]) -> WebhookEvent:
    public_id, moment = uuid4(), now()
    document = _document(webhook, public_id, type_) | {"time": utc_stamp(moment), "data": data}
    return WebhookEvent(
        public_id=public_id,
        webhook=webhook,
        type=type_,
        body=json.dumps(document, ensure_ascii=False),
        next_attempt_at=moment,
    )


def _document(webhook: Webhook, public_id: UUID, type_: str) -> dict[str, Any]:
    return {"id": str(public_id), "type": type_, "project_id": webhook.customer.project_id}
