"""Ask for an export, take it away again, and note who fetched it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from common.numbers import mask
from customers.models import Customer, User
from customers.services import audit
from messaging.models import Export
from messaging.services.doorbell import ring_worker

from . import files

WRITE = "messaging.write_exports"


def ask(
    *,
    customer: Customer,
    kind: Export.Kind,
    file_format: Export.Format,
    filters: Mapping[str, Any],
    actor: User,
    ip_address: str | None = None,
) -> Export:
    """Take an export down and ring for a writer; `filters` are those of its kind, as JSON.

    Raises `Refusal` when the customer has as many under way as it may (`SMS_EXPORTS_AT_ONCE`).
    """
    with transaction.atomic():
        Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)  # one after the other
        _refuse_too_many(customer)
        export = Export.objects.create(
            customer=customer,
            kind=kind,
            format=file_format,
            filters=dict(filters),
            language=get_language() or settings.LANGUAGE_CODE,
            requested_by=actor,
            requested_at=now(),
        )
        _record("export", export, actor, ip_address, after=_told(export))
        transaction.on_commit(ring)
    return export


def delete(*, export: Export, actor: User, ip_address: str | None = None) -> None:
    """Remove an export with its file, or give it up while it waits; refused during a slice."""
    with transaction.atomic():
        locked = Export.objects.select_for_update(skip_locked=True).filter(pk=export.pk).first()
        if locked is None:
            raise Refusal(
                "export_busy",
                _("The export is being written at this moment. Try again in a few seconds."),
                permanent=False,
            )
        _record("delete", export, actor, ip_address)
        locked.delete()
        transaction.on_commit(lambda: files.delete(export.public_id))


def fetched(*, export: Export, actor: User, ip_address: str | None = None) -> None:
    """Note that somebody downloads the file."""
    with transaction.atomic():
        Export.objects.filter(pk=export.pk).update(downloads=F("downloads") + 1)
        _record("download", export, actor, ip_address)


def may_be_fetched(export: Export, moment: datetime) -> bool:
    """Whether the file is ready and its time not over."""
    return export.is_ready and export.expires_at is not None and export.expires_at > moment


def ring() -> None:
    """Have the next slice written now, without waiting for the schedule."""
    ring_worker(WRITE)


def _refuse_too_many(customer: Customer) -> None:
    most = settings.SMS_EXPORTS_AT_ONCE
    if Export.objects.for_customer(customer).unfinished().count() >= most:
        raise Refusal(
            "exports_at_once",
            _(
                "%(most)s exports of your account are under way, and more are not possible at the "
                "same time. Wait until one is ready, or delete one."
            ),
            permanent=False,
            params={"most": most},
        )


def _record(
    verb: str,
    export: Export,
    actor: User,
    ip_address: str | None,
    after: Mapping[str, Any] | None = None,
) -> None:
    audit.record(
        verb=verb,
        object_type="export",
        object_id=str(export.public_id),
        object_name=export.file_name,
        actor=actor,
        customer=export.customer,
        ip_address=ip_address,
        after=after,
    )


def _told(export: Export) -> dict[str, Any]:
    """What was asked for, without whole numbers."""
    chosen = {name: value for name, value in export.filters.items() if value not in (None, "", [])}
    if recipient := chosen.get("recipient"):
        chosen["recipient"] = mask(str(recipient))
    return {"format": export.format, **chosen}
