"""Nonces that were used: each is accepted once for applications that want it so (ruling 4)."""

import hashlib
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.cache import cache
from redis import RedisError

from common.clock import now

from .answers import ApiRefusal
from .credentials import Credentials

log = structlog.get_logger(__name__)

REMEMBERED_FOR = timedelta(hours=24)


def refuse_replay(caller: Credentials, nonce: str, created: datetime) -> None:
    """Refuse a nonce that the application used within 24 hours.

    It is remembered for longer when `created` lies ahead, until that is too old anyway. When the
    memory cannot be reached the call is refused: sending twice is what the customer ruled out.
    """
    stale_at = created + timedelta(seconds=settings.SMS_WSSE_WINDOW_S)
    lifetime = max(REMEMBERED_FOR, stale_at - now())
    name = hashlib.sha256(nonce.encode()).hexdigest()
    try:
        is_new = cache.add(
            f"nonce:{caller.application_id}:{name}", 1, int(lifetime.total_seconds()) + 1
        )
    except RedisError:
        log.exception("nonces cannot be checked", application=caller.application_id)
        raise ApiRefusal("E000000", "the nonce cannot be checked now; call again") from None
    if not is_new:
        raise ApiRefusal("E000101", "the nonce was used before")
