"""Celery tasks: ids only, idempotent, each one "find what is due and do it"."""

from . import callbacks, groups, upkeep

__all__ = ["callbacks", "groups", "upkeep"]
