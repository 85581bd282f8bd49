"""What the audit trail keeps of group tasks."""

from common.clock import utc_stamp
from customers.models import User
from customers.services import audit
from messaging.models import GroupTask


def record(task: GroupTask, verb: str, actor: User, reason: str = "") -> None:
    """Write who did what to a task, with what became of it."""
    audit.record(
        verb=verb,
        object_type="grouptask",
        object_id=task.pk,
        object_name=task.name,
        actor=actor,
        customer=task.customer,
        after={
            "state": task.state,
            "scheduled_at": utc_stamp(task.scheduled_at) if task.scheduled_at else None,
            "numbers": task.valid_rows,
            "rate": task.rate,
        },
        reason=reason,
    )
