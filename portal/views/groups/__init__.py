"""Pages of the Group SMS Assistant (spec console §9)."""

from . import downloads, lists, operations, release, results, tasks, wizard

__all__ = ["downloads", "lists", "operations", "release", "results", "tasks", "wizard"]
