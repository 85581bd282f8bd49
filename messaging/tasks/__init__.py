"""Celery tasks: ids only, idempotent, each one "find what is due and do it"."""

from . import billing, callbacks, groups, notices, upkeep

__all__ = ["billing", "callbacks", "groups", "notices", "upkeep"]
