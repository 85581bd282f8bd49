"""Failures in a row lock an access key, or a name, for a while (spec management-api §6)."""

import hashlib
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction

from api.models import FailedSignIns
from common.clock import now
from customers.models import AccessKey
from customers.services import audit

log = structlog.get_logger(__name__)


def key_principal(key: AccessKey) -> str:
    return f"key:{key.access_key}"


def name_principal(name: str) -> str:
    """The same for names that exist and names that do not: a lock tells nothing about either."""
    return f"name:{hashlib.sha256(name.casefold().encode()).hexdigest()}"


def is_locked(principal: str) -> bool:
    return FailedSignIns.objects.filter(principal=principal, locked_until__gt=now()).exists()


@transaction.atomic
def note_failure(principal: str) -> bool:
    """Count a failure; True when this one locks for setting `SMS_KEY_LOCK_S`."""
    moment = now()
    row, _ = FailedSignIns.objects.select_for_update().get_or_create(
        principal=principal, defaults={"failed_at": moment}
    )
    if row.locked_until is not None and row.locked_until <= moment:
        row.failures = 0
        row.locked_until = None
    row.failures += 1
    row.failed_at = moment
    locks = row.failures >= settings.SMS_KEY_FAILURES and row.locked_until is None
    if locks:
        row.locked_until = moment + timedelta(seconds=settings.SMS_KEY_LOCK_S)
    row.save()
    return locks


def forget_failures(principal: str) -> None:
    """A success ends the row of failures."""
    FailedSignIns.objects.filter(principal=principal).delete()


@transaction.atomic
def note_wrong_signature(key: AccessKey, ip_address: str | None) -> None:
    """Count a request that the key's secret did not sign; a lock stands in the audit trail."""
    if not note_failure(key_principal(key)):
        return
    audit.record(
        verb="lock",
        object_type="access_key",
        object_id=key.pk,
        object_name=key.access_key,
        customer=key.customer,
        ip_address=ip_address,
        after={"failures": settings.SMS_KEY_FAILURES, "seconds": settings.SMS_KEY_LOCK_S},
    )
    log.warning("access key locked", access_key=key.access_key, seconds=settings.SMS_KEY_LOCK_S)
