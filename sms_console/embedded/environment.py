"""The variables that the application runs with on one machine."""

import json
import os
from pathlib import Path

from . import secret_keys
from .private_files import write_private
from .services import Services

RUNNING = Path("run", "environment.json")


def for_application(servers: Services, *, local: Path, base_url: str) -> dict[str, str]:
    """What to add to the environment: servers, secrets, and that this is a demonstration."""
    return {
        **secret_keys.ensure(local),
        **servers.environment,
        "DJANGO_SETTINGS_MODULE": "sms_console.settings",
        "SMS_DEMO": "true",
        "SMS_BASE_URL": base_url,
        "SMS_LOCAL_DIR": str(local),
        "LOG_JSON": os.environ.get("LOG_JSON", "false"),
        "PYTHONUNBUFFERED": "1",
    }


def publish(local: Path, environment: dict[str, str]) -> None:
    """Let `make shell` and the like join the running installation."""
    write_private(local / RUNNING, json.dumps(environment, indent=2) + "\n")


def published(local: Path) -> dict[str, str]:
    """The environment of the installation that runs now."""
    return dict(json.loads((local / RUNNING).read_text(encoding="utf-8")))
