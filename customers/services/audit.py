"""The audit trail: one row per decision or change, written in the transaction that makes it."""

from collections.abc import Mapping
from typing import Any

from customers.models import AuditEvent, Customer, User


def record(
    *,
    verb: str,
    object_type: str,
    object_id: int | str,
    object_name: str = "",
    actor: User | None = None,
    customer: Customer | None = None,
    ip_address: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Write who did what to which object, from where, and what changed.

    `verb` is one word such as `create` or `approve`, `object_type` a model's name in lower case.
    `before` and `after` hold the fields that changed as JSON values; secrets never belong there.
    """
    return AuditEvent.objects.create(
        verb=verb,
        object_type=object_type,
        object_id=str(object_id),
        object_name=object_name[: AuditEvent._meta.get_field("object_name").max_length],
        actor=actor,
        customer=customer,
        ip_address=ip_address,
        before=dict(before or {}),
        after=dict(after or {}),
        reason=reason,
    )
