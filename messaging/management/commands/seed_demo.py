import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from messaging import demo


class Command(BaseCommand):
    help = "Makes what is missing of the demo data and writes down how to use it (demo mode only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", type=Path, required=True, help="the JSON file to write")
        parser.add_argument("--base-url", required=True, help="where this platform is reached")

    def handle(self, *args: Any, write: Path, base_url: str, **options: Any) -> None:
        if not settings.SMS_DEMO:
            raise CommandError(
                "Demo data has known passwords and is made in demo mode only; set SMS_DEMO=true."
            )
        contents = {"base_url": base_url.rstrip("/"), **demo.seed()}
        _write_private(write, json.dumps(contents, ensure_ascii=False, indent=2) + "\n")
        self.stdout.write(f"Demo data is ready; {write} says how to use it.")


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
