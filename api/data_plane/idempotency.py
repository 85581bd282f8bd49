"""`Idempotency-Key`: the same call twice is sent once (ruling 9)."""

import hashlib
import re
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest

from api.models import RememberedAnswer
from common.clock import now
from messaging.policy.verdicts import all_or_nothing

from .answers import ApiRefusal
from .credentials import Credentials
from .send import Order

HEADER = "Idempotency-Key"
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,128}")


def key_of(request: HttpRequest) -> str | None:
    """The key of a call, or None when it carries none."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None and not _VISIBLE_ASCII.fullmatch(key):
        raise ApiRefusal("E000503", f"{HEADER} is not 1 to 128 visible ASCII characters")
    return key


def once(request: HttpRequest, caller: Credentials, key: str, prepare: Callable[[], Order]) -> str:
    """Carry a call out, or return the answer that was given to it within the last 24 hours.

    The answer is remembered in the transaction that stores the messages. A call refused as a whole
    is not remembered. HTTP 409 for a key that stands for another call, or whose call still runs.
    """
    digest = _digest(request)
    if (answer := _remembered(caller, key, digest)) is not None:
        return answer
    order = prepare()
    with all_or_nothing():
        if not _lock(caller, key):
            raise ApiRefusal("E000503", f"the call with this {HEADER} still runs", http_status=409)
        if (answer := _remembered(caller, key, digest)) is not None:
            return answer
        order.store()
        _remember(caller, key, digest, order.answer)
    return order.answer


def _remembered(caller: Credentials, key: str, digest: bytes) -> str | None:
    found = (
        RememberedAnswer.objects.valid(now())
        .filter(customer_id=caller.customer_id, application_id=caller.application_id, key=key)
        .first()
    )
    if found is None:
        return None
    if bytes(found.digest) != digest:
        raise ApiRefusal("E000503", f"this {HEADER} was used for another call", http_status=409)
    return found.answer


def _remember(caller: Credentials, key: str, digest: bytes, answer: str) -> None:
    """Store an answer, in place of one whose time is over."""
    row = RememberedAnswer(
        customer_id=caller.customer_id,
        application_id=caller.application_id,
        key=key,
        digest=digest,
        answer=answer,
        created_at=now(),
    )
    RememberedAnswer.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["customer", "application", "key"],
        update_fields=["digest", "answer", "created_at"],
    )


def _lock(caller: Credentials, key: str) -> bool:
    """Hold the key until the transaction ends; False when another call holds it."""
    name = hashlib.sha256(f"{caller.application_id}:{key}".encode()).digest()[:8]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(name, "big", signed=True)]
        )
        return bool(cursor.fetchone()[0])


def _digest(request: HttpRequest) -> bytes:
    call = f"{request.path}?{request.META.get('QUERY_STRING', '')}\n"
    return hashlib.sha256(call.encode() + request.body).digest()
