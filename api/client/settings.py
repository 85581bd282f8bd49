"""`sms-console config`: which settings a command would use."""

import argparse
import os
from dataclasses import asdict

from . import showing
from .configuration import SECRETS, VARIABLES, Configuration, default_path
from .errors import Exit


def show_settings(given: argparse.Namespace, configuration: Configuration) -> int:
    """Show every setting and where it comes from; of secrets only that they are there."""
    path = default_path()
    settings = [
        {
            "name": name,
            "value": "****" if name in SECRETS and value else value,
            "from": _origin(name, value),
        }
        for name, value in asdict(configuration).items()
    ]
    if given.json:
        showing.as_json({"file": str(path), "settings": settings})
    else:
        showing.say(f"File: {path}{'' if path.exists() else ' (not there)'}")
        showing.table(settings, {"name": "SETTING", "value": "VALUE", "from": "FROM"})
    return Exit.DONE


def _origin(name: str, value: str) -> str:
    if not value:
        return "not set"
    return VARIABLES[name] if os.environ.get(VARIABLES[name]) else "the file"
