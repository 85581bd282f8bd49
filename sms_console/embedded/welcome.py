"""The block that `make run` prints when everything answers."""

import json
from pathlib import Path
from typing import Any


def welcome(*, base_url: str, local: Path) -> str:
    """Addresses and demo log-ins, read from ``demo.json``."""
    demo_file = local / "demo.json"
    if not demo_file.exists():
        return f"\n  Ready: {base_url}/\n"
    demo: dict[str, Any] = json.loads(demo_file.read_text(encoding="utf-8"))
    rows = [
        ("Customer portal", f"{base_url}/", _log_in(demo["customer"])),
        ("Operations console", f"{base_url}/operations/", _log_in(demo["reviewer"])),
        ("Local inbox", f"{base_url}/inbox", "what the simulated carrier delivered"),
        ("Send API", f"{base_url}/sms/batchSendSms/v1", f"App Key {demo['app_key']}"),
    ]
    lines = [f"  {title:<19} {address:<46} {note}" for title, address, note in rows]
    return "\n".join(
        [
            "",
            "  SMS Console is ready.",
            "",
            *lines,
            "",
            f"  All keys and ids for tools: {demo_file}",
            "  Ctrl-C stops everything; the data stay for the next `make run`.",
            "",
        ]
    )


def _log_in(user: dict[str, str]) -> str:
    return f"{user['email']} / {user['password']}"
