"""Deliver what webhooks are owed: signed as Standard Webhooks prescribe, retried by ruling 10."""

import asyncio
import base64
import hashlib
import hmac
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from common.clock import now
from common.outbound import Answer, Outbound
from customers.models import WebhookAttempt, WebhookEvent

log = structlog.get_logger(__name__)

_SLICE = 100
_EACH = 5
"""Events taken together for one webhook: one dead receiver holds up no others."""


def deliver_due() -> int:
    """Attempt the events that are due, a slice of them; return how many were attempted."""
    due = _take()
    for event, sent_at, answer in asyncio.run(_post_all(due)):
        _record(event, sent_at, answer)
    return len(due)


def has_due() -> bool:
    """Whether any event is due."""
    return _due(now()).exists()


def signature(*, secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: version 1, HMAC-SHA256 in Base64.

    `secret` is `whsec_` and the key in Base64, `timestamp` are seconds since 1970; what is signed
    is `id.timestamp.body` (Standard Webhooks, "Signature scheme").
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{event_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _take() -> list[WebhookEvent]:
    """Lease some events that are due; a worker that dies gives them back by doing nothing."""
    moment = now()
    place = Window(RowNumber(), partition_by="webhook_id", order_by=["next_attempt_at", "id"])
    turns = _due(moment).annotate(place=place).filter(place__lte=_EACH).order_by("place", "id")
    with transaction.atomic():
        taken = WebhookEvent.objects.filter(
            pk__in=list(turns.values_list("pk", flat=True)[:_SLICE]),
            state=WebhookEvent.State.DUE,
            next_attempt_at__lte=moment,
        ).select_for_update(skip_locked=True)
        pks = list(taken.values_list("pk", flat=True))
        WebhookEvent.objects.filter(pk__in=pks).update(
            next_attempt_at=moment + timedelta(seconds=settings.SMS_CALLBACK_LEASE_S),
            attempts=F("attempts") + 1,
            step=F("step") + 1,
        )
    return list(WebhookEvent.objects.filter(pk__in=pks).select_related("webhook"))


def _due(moment: datetime) -> "QuerySet[WebhookEvent]":
    return WebhookEvent.objects.filter(
        state=WebhookEvent.State.DUE, next_attempt_at__lte=moment, webhook__is_active=True
    )


async def _post_all(
    due: Sequence[WebhookEvent],
) -> list[tuple[WebhookEvent, datetime, Answer]]:
    async with Outbound(allowed_networks=settings.OUTBOUND_ALLOWED_NETWORKS) as outbound:
        return await asyncio.gather(*(_post(outbound, event) for event in due))


async def _post(outbound: Outbound, event: WebhookEvent) -> tuple[WebhookEvent, datetime, Answer]:
    sent_at, body, event_id = now(), event.body.encode(), str(event.public_id)
    timestamp = int(sent_at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(
            secret=event.webhook.secret, event_id=event_id, timestamp=timestamp, body=body
        ),
    }
    return event, sent_at, await outbound.post(event.webhook.url, data=body, headers=headers)


@transaction.atomic
def _record(event: WebhookEvent, sent_at: datetime, answer: Answer) -> None:
    """Log an attempt and settle the event, unless its webhook or its state changed meanwhile."""
    still_due = WebhookEvent.objects.filter(
        pk=event.pk, state=WebhookEvent.State.DUE, attempts=event.attempts
    ).select_for_update()
    if not still_due.exists():
        return
    WebhookAttempt.objects.create(
        event=event,
        number=event.attempts,
        at=sent_at,
        http_status=answer.status,
        elapsed_ms=answer.elapsed_ms,
        error=answer.error or "",
        answer=answer.body_start.decode(errors="replace").replace("\x00", "\ufffd"),
    )
    still_due.update(**_next(event, answer))
    if not answer.is_acknowledged:
        log.info("webhook_not_acknowledged", webhook_event=event.pk, attempt=event.attempts)


def _next(event: WebhookEvent, answer: Answer) -> dict[str, Any]:
    """What becomes of an event: any 2xx settles it, 410 ends it, else the ladder decides."""
    if answer.is_acknowledged:
        return {"state": WebhookEvent.State.DELIVERED}
    ladder = settings.SMS_CALLBACK_LADDER_S
    if answer.status == 410 or event.step > len(ladder):
        return {"state": WebhookEvent.State.GIVEN_UP}
    spread = settings.SMS_CALLBACK_SPREAD
    wait_s = ladder[event.step - 1] * random.uniform(1 - spread, 1 + spread)
    return {"next_attempt_at": now() + timedelta(seconds=wait_s)}
