"""`sms-console` as a program of its own, in an environment without Django's settings."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from messaging.models.partitions import ensure_partitions
from messaging.services import catalogue
from reviews.models import Template
from tests.api.console.caller import ConsoleCaller, console_caller
from tests.factories import ChannelFactory, SignatureFactory, TemplateFactory
from tests.messaging.road import Road

ROOT = Path(__file__).resolve().parents[3]
_OF_THE_SERVER = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")
TIMEOUT_S = 120


@dataclass(frozen=True)
class Ran:
    """How a run of the program ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@dataclass
class Terminal:
    """Someone at a terminal, with variables set."""

    home: Path
    environment: dict[str, str]

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in _OF_THE_SERVER and not name.startswith(("SMS_", "PYTEST_"))
        }
        return subprocess.Popen(
            [sys.executable, "-m", "api.client", *arguments],
            cwd=self.home,
            env=inherited | {"HOME": str(self.home), "PYTHONPATH": str(ROOT)} | self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, *arguments: str, given: str = "") -> Ran:
        return ended(self.start(*arguments), given)


def ended(process: "subprocess.Popen[str]", given: str = "") -> Ran:
    out, err = process.communicate(given, timeout=TIMEOUT_S)
    return Ran(process.returncode, out, err)


@dataclass
class Account:
    """An account with all that can be sent, and its owner's terminal."""

    owner: ConsoleCaller
    road: Road
    terminal: Terminal

    @property
    def template(self) -> Template:
        return self.road.template

    def run(self, *arguments: str, given: str = "") -> Ran:
        return self.terminal.run(*arguments, given=given)


@pytest.fixture
def stranger_at_terminal(tmp_path: Path) -> Terminal:
    """Somebody who has configured nothing yet."""
    return Terminal(tmp_path, {"XDG_CONFIG_HOME": str(tmp_path / "configuration")})


@pytest.fixture
def account(transactional_db: None, live_server: Any, settings: Any, tmp_path: Path) -> Account:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    catalogue.forget()
    ensure_partitions()
    channel = ChannelFactory(is_default=True)
    owner = console_caller()
    application = owner.application()
    signature = SignatureFactory(usable=True, application=application)
    template = TemplateFactory(
        adopted=True, application=application, signature=signature, content="您的包裹已送达。"
    )
    environment = {
        "SMS_CONSOLE_URL": live_server.url,
        "SMS_CONSOLE_APP_KEY": application.app_key,
        "SMS_CONSOLE_APP_SECRET": application.app_secret,
        "SMS_CONSOLE_SENDER": signature.channel_number,
        "SMS_CONSOLE_ACCESS_KEY": owner.key.access_key,
        "SMS_CONSOLE_SECRET_KEY": str(owner.key.secret_key),
    }
    terminal = Terminal(tmp_path, environment)
    return Account(owner, Road(application, channel, template), terminal)
