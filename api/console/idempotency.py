"""`Idempotency-Key` of calls that make something: made once, answered alike (as in ruling 9)."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from rest_framework.request import Request

from api.console.errors import ConflictError
from api.management.errors import INVALID, ManagementError
from api.models import RememberedAnswer
from common.clock import now
from customers.models import Application

HEADER = "Idempotency-Key"
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,128}")


def once(
    request: Request,
    application: Application,
    asked: Mapping[str, Any],
    make: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """What `make` answers, or what it answered within 24 hours to the same key and the same body.

    `asked` are the values of the body; a file counts by its content, so that a repeated upload is
    the same however its parts are put together. Raises a conflict for a key that stands for
    another call, or whose call still runs. A call that is refused is not remembered.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return make()
    if not _VISIBLE_ASCII.fullmatch(key):
        raise ManagementError(INVALID, f"{HEADER} is not 1 to 128 visible ASCII characters")
    name = name_of(key)
    digest = _digest(request, asked)
    with transaction.atomic():
        if not _lock(f"{application.pk}:{name}"):
            raise ConflictError(f"the call with this {HEADER} still runs")
        remembered = _remembered(application, name, digest)
        if remembered is not None:
            return remembered
        answer = make()
        _remember(application, name, digest, answer)
    return answer


def name_of(key: str) -> str:
    """What a key is remembered under, apart from those of the send API in the same table."""
    return f"console:{hashlib.sha256(key.encode()).hexdigest()}"


def lock_number(name: str) -> int:
    """The number of the advisory lock that a call holds while it runs."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def _remembered(application: Application, name: str, digest: bytes) -> dict[str, Any] | None:
    rows = RememberedAnswer.objects.valid(now())
    found = rows.filter(
        customer_id=application.customer_id, application=application, key=name
    ).first()
    if found is None:
        return None
    if bytes(found.digest) != digest:
        raise ConflictError(f"this {HEADER} was used for another call")
    answer: dict[str, Any] = json.loads(found.answer)
    return answer


def _remember(application: Application, name: str, digest: bytes, answer: dict[str, Any]) -> None:
    """Store an answer, in place of one whose time is over."""
    RememberedAnswer.objects.update_or_create(
        customer_id=application.customer_id,
        application=application,
        key=name,
        defaults={"digest": digest, "answer": json.dumps(answer), "created_at": now()},
    )


def _lock(name: str) -> bool:
    """Hold the name until the transaction ends; False when another call holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_number(name)])
        return bool(cursor.fetchone()[0])


def _digest(request: Request, asked: Mapping[str, Any]) -> bytes:
    values = {name: _content(value) for name, value in asked.items()}
    text = f"{request.path}\n{json.dumps(values, sort_keys=True, default=str)}"
    return hashlib.sha256(text.encode()).digest()


def _content(value: Any) -> Any:
    if not isinstance(value, UploadedFile):
        return value
    content = hashlib.sha256()
    for piece in value.chunks():
        content.update(piece)
    return content.hexdigest()
