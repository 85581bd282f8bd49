"""Entries of lists of numbers in answers."""

from typing import Any

from api.management.documents.common import local_stamp
from messaging.models import NumberRemoval, NumberRule, OptOut
from messaging.queries.hits import FoundHit
from messaging.queries.number_lookup import Lookup
from messaging.services.rule_words import explain

from .messages import Shown


def opt_out(row: OptOut, shown: Shown) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": shown(row.recipient),
        "channel_num": row.channel_number,
        "app_id": str(row.application.public_id),
        "app_name": row.application.name,
        "since": local_stamp(row.since),
        "restored_time": local_stamp(row.restored_at),
    }


def blocked(row: FoundHit, app_ids: dict[int, str], shown: Shown) -> dict[str, Any]:
    """A message that a list stopped; `app_ids` are the customer's applications."""
    return {
        "sms_msg_id": row.sms_msg_id,
        "number": shown(row.recipient),
        "list": row.hit.kind,
        "entry_id": row.hit.rule_id,
        "code": row.code,
        "why": explain(row.hit),
        "app_id": app_ids.get(row.application_id),
        "channel_num": row.channel_number,
        "submit_time": local_stamp(row.at),
    }


def looked_up(found: Lookup, shown: Shown) -> dict[str, Any]:
    return {
        "number": shown(found.number),
        "opt_outs": [opt_out(row, shown) for row in found.opt_outs],
        "denied_by": shown(found.denied_by) if found.denied_by == found.number else found.denied_by,
        "is_allowed": found.is_allowed,
    }


def rule(row: NumberRule, shown: Shown) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "pattern": row.pattern if row.is_segment else shown(row.pattern),
        "create_time": local_stamp(row.created_at),
    }


def removal(row: NumberRemoval, shown: Shown) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        "number": shown(row.recipient),
        "list": row.list_name,
        "status": row.status,
        "reason": row.reason,
        "create_time": local_stamp(row.created_at),
    }
