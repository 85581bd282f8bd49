"""Log files in ``.local/log``: one a process, the previous run's kept beside it."""

from pathlib import Path


def rotated(path: Path) -> Path:
    """``path``, with what an earlier run wrote there moved to ``….1``."""
    if path.exists():
        path.replace(path.with_name(f"{path.name}.1"))
    return path
