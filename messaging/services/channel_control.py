"""What operations do to a channel while it runs: its wire log, its drain and its start.

Carrier processes follow a channel's row every few seconds (messaging/runner/process.py).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers.models import User
from customers.services import audit
from messaging.models import Channel

CHANGE = "messaging.change_channel"
"""The permission for all of this."""
WIRE_LOG_UNTIL = "wire_log_until"
WIRE_LOG_FOR = timedelta(hours=1)
WITH_WIRE_LOG = frozenset({"smpp", "cmpp"})


def wire_log_until(channel: Channel) -> datetime | None:
    """When the wire log of a channel ends; None while none is written."""
    try:
        until = datetime.fromisoformat(channel.config.get(WIRE_LOG_UNTIL) or "")
    except (TypeError, ValueError):
        return None
    moment = now()
    until = until if until.tzinfo else until.replace(tzinfo=moment.tzinfo)
    return until if until > moment else None


def start_wire_log(*, channel: Channel, actor: User, ip_address: str | None = None) -> None:
    """Log every frame of a channel for an hour from now, numbers masked."""
    with transaction.atomic():
        row = _locked(channel)
        if row.connector not in WITH_WIRE_LOG:
            raise Refusal("no_wire_log", _("This connector writes no wire log."))
        until = (now() + WIRE_LOG_FOR).isoformat(timespec="seconds")
        before = row.config.get(WIRE_LOG_UNTIL)
        row.config = row.config | {WIRE_LOG_UNTIL: until}
        row.save(update_fields=["config"])
        _record(
            "update",
            row,
            actor,
            ip_address,
            before={WIRE_LOG_UNTIL: before},
            after={WIRE_LOG_UNTIL: until},
        )


def stop_wire_log(*, channel: Channel, actor: User, ip_address: str | None = None) -> None:
    """Log nothing of a channel's frames from now on; nothing happens where none are logged."""
    with transaction.atomic():
        row = _locked(channel)
        if WIRE_LOG_UNTIL not in row.config:
            return
        before = row.config[WIRE_LOG_UNTIL]
        row.config = {name: value for name, value in row.config.items() if name != WIRE_LOG_UNTIL}
        row.save(update_fields=["config"])
        _record(
            "update",
            row,
            actor,
            ip_address,
            before={WIRE_LOG_UNTIL: before},
            after={WIRE_LOG_UNTIL: None},
        )


def drain(*, channel: Channel, actor: User, ip_address: str | None = None) -> None:
    """Claim nothing more for a channel; what is with the carrier ends, then its sessions close."""
    _switch(channel, is_enabled=False, actor=actor, ip_address=ip_address)


def start(*, channel: Channel, actor: User, ip_address: str | None = None) -> None:
    """Let carrier processes open a channel again."""
    _switch(channel, is_enabled=True, actor=actor, ip_address=ip_address)


def _switch(channel: Channel, *, is_enabled: bool, actor: User, ip_address: str | None) -> None:
    with transaction.atomic():
        row = _locked(channel)
        if row.is_enabled == is_enabled:
            return
        row.is_enabled = is_enabled
        row.save(update_fields=["is_enabled"])
        _record(
            "enable" if is_enabled else "disable",
            row,
            actor,
            ip_address,
            before={"is_enabled": not is_enabled},
            after={"is_enabled": is_enabled},
        )


def _locked(channel: Channel) -> Channel:
    return Channel.objects.select_for_update().get(pk=channel.pk)


def _record(
    verb: str,
    channel: Channel,
    actor: User,
    ip_address: str | None,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    audit.record(
        verb=verb,
        object_type="channel",
        object_id=channel.pk,
        object_name=channel.name,
        actor=actor,
        ip_address=ip_address,
        before=before,
        after=after,
    )
