"""Celery tasks: ids only, idempotent, each one "find what is due and do it"."""

from . import billing, callbacks, exports, groups, notices, policy, rehearsals, statistics, upkeep

__all__ = [
    "billing",
    "callbacks",
    "exports",
    "groups",
    "notices",
    "policy",
    "rehearsals",
    "statistics",
    "upkeep",
]
