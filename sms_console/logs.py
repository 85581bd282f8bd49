"""Hooks Django's logging set-up to ours."""

from typing import Any

from common import logs


def configure(config: dict[str, Any]) -> None:
    """Django's ``LOGGING_CONFIG`` callable."""
    logs.configure(json=config["json"], level=config["level"])
