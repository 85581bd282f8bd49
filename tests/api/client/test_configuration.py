"""Settings from the environment and the file, and errors that say what to do."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from api.client.main import main

from .conftest import ROOT, Account, Terminal

FILE = """
[default]
url = "https://sms.example.com"
app_key = "demo"
app_secret = "very-secret"

[laptop]
url = "http://127.0.0.1:8000"
"""


def write(terminal: Terminal, text: str, mode: int = 0o600) -> Path:
    path = Path(terminal.environment["XDG_CONFIG_HOME"]) / "sms-console" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_the_environment_comes_before_the_file(stranger_at_terminal: Terminal):
    write(stranger_at_terminal, FILE)
    stranger_at_terminal.environment["SMS_CONSOLE_APP_KEY"] = "other"
    shown = stranger_at_terminal.run("config", "--json").document["settings"]
    settings = {one["name"]: (one["value"], one["from"]) for one in shown}
    assert settings["app_key"] == ("other", "SMS_CONSOLE_APP_KEY")
    assert settings["url"] == ("https://sms.example.com", "the file")
    assert settings["secret_key"] == ("", "not set")
    ran = stranger_at_terminal.run("config")
    assert "very-secret" not in ran.out
    laptop = stranger_at_terminal.run("config", "--profile", "laptop")
    assert "127.0.0.1:8000" in laptop.out


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        (FILE, 0o640, "chmod 600"),
        ("[default", 0o600, "cannot be read"),
        ("[default]\nurl = 7", 0o600, "quotation marks"),
        ("[default]\nkey = 'x'", 0o600, "no setting"),
        ("[default]\nurl = 'sms.example.com'", 0o600, "https://"),
    ],
)
def test_a_file_that_cannot_be_used(stranger_at_terminal: Terminal, text, mode, told):
    write(stranger_at_terminal, text, mode)
    ran = stranger_at_terminal.run("config")
    assert (ran.code, told in ran.err, "very-secret" in ran.err) == (2, True, False)


def test_a_profile_that_is_not_there(stranger_at_terminal: Terminal):
    assert "does not exist" in stranger_at_terminal.run("config", "--profile", "x").err
    write(stranger_at_terminal, FILE)
    ran = stranger_at_terminal.run("config", "--profile", "x")
    assert (ran.code, "default, laptop" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("send", "--to", "1", "--template", "t", "--from", "9"), "SMS_CONSOLE_APP_SECRET"),
        (("send", "--to", "1", "--template", "t"), "--from"),
        (("groups", "list"), "SMS_CONSOLE_ACCESS_KEY"),
        (("groups", "list", "--state", "asleep"), "invalid choice"),
        (("groups", "create", "--name", "x", "--template", "t"), "--file"),
        (("groups", "start", "x", "--at", "tomorrow"), "2026-05-01 09:30"),
        (("send", "--to", ",", "--template", "t"), "at least one number"),
        ((), "COMMAND"),
    ],
)
def test_what_is_missing_or_wrong_is_named(stranger_at_terminal: Terminal, arguments, told):
    ran = stranger_at_terminal.run(*arguments)
    assert (ran.code, told in ran.err) == (2, True), ran.err


def test_nobody_there(stranger_at_terminal: Terminal):
    stranger_at_terminal.environment |= {
        "SMS_CONSOLE_URL": "http://127.0.0.1:1",
        "SMS_CONSOLE_ACCESS_KEY": "a",
        "SMS_CONSOLE_SECRET_KEY": "s",
    }
    ran = stranger_at_terminal.run("groups", "list", "--json")
    assert (ran.code, "No answer from" in ran.err) == (3, True)


def test_a_file_that_is_not_there(stranger_at_terminal: Terminal):
    stranger_at_terminal.environment |= {
        "SMS_CONSOLE_URL": "http://127.0.0.1:1",
        "SMS_CONSOLE_ACCESS_KEY": "a",
        "SMS_CONSOLE_SECRET_KEY": "s",
    }
    for command in (
        ("templates", "create", "missing.json"),
        ("groups", "create", "--name", "x", "--template", "t", "--file", "missing.csv"),
    ):
        ran = stranger_at_terminal.run(*command)
        assert (ran.code, "cannot be read" in ran.err) == (2, True)


def test_wrong_keys_and_a_wrong_address(account: Account):
    account.terminal.environment["SMS_CONSOLE_SECRET_KEY"] = "wrong"
    account.terminal.environment["SMS_CONSOLE_APP_SECRET"] = "wrong"
    for command in (
        ("groups", "list"),
        ("send", "--to", "13800138000", "--template", account.template.template_id),
    ):
        ran = account.run(*command)
        assert (ran.code, "Check the keys" in ran.err) == (1, True), ran.err
    account.terminal.environment["SMS_CONSOLE_URL"] += "/accounts/login"
    elsewhere = account.run("groups", "list")
    assert (elsewhere.code, "no JSON" in elsewhere.err) == (3, True), elsewhere.err


def test_the_command_is_what_the_package_names():
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert package["project"]["scripts"]["sms-console"] == f"{main.__module__}:{main.__name__}"


def test_it_runs_where_nothing_is_installed():
    """The client imports the standard library only: -I leaves out what is installed."""
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import api.client.main;"
        "print([name for name in sys.modules if name.partition('.')[0] in "
        "('django', 'rest_framework', 'yarl', 'httptools', 'common', 'customers')])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
