"""Celery tasks of policy replays: doorbells around messaging.rehearsals."""

import time

import structlog
from celery import shared_task

from messaging.rehearsals import plan, run
from messaging.services.doorbell import answered

log = structlog.get_logger(__name__)

BUDGET_S = 2.0
"""After so long a replay queues again behind other work."""


@shared_task(name=plan.RUN)
def run_policy_replay(replay_id: int) -> None:
    """Judge slices of a replay until it is done, or until others should have their turn."""
    answered(plan.RUN, replay_id)
    until = time.monotonic() + BUDGET_S
    try:
        while run.run_slice(replay_id):
            if time.monotonic() > until:
                plan.ring(replay_id)
                return
    except Exception:
        log.exception("policy replay failed", replay=replay_id)
        run.fail(replay_id)


@shared_task(name="messaging.sweep_policy_replays")
def sweep_policy_replays() -> int:
    """Go on with replays that no worker was rung for."""
    return plan.ring_unfinished()
