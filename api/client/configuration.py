"""Where to call and with which keys: the environment first, then a file that only you can read."""

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .errors import misconfigured

VARIABLES = {
    "url": "SMS_CONSOLE_URL",
    "app_key": "SMS_CONSOLE_APP_KEY",
    "app_secret": "SMS_CONSOLE_APP_SECRET",
    "sender": "SMS_CONSOLE_SENDER",
    "access_key": "SMS_CONSOLE_ACCESS_KEY",
    "secret_key": "SMS_CONSOLE_SECRET_KEY",
    "project_id": "SMS_CONSOLE_PROJECT_ID",
}
"""The settings and the variables of the environment that come before the file."""

SECRETS = ("app_secret", "secret_key")
_PATH, _PROFILE = "SMS_CONSOLE_CONFIG", "SMS_CONSOLE_PROFILE"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings of a run; an empty text where nothing was given."""

    url: str = ""
    app_key: str = ""
    app_secret: str = ""
    sender: str = ""
    access_key: str = ""
    secret_key: str = ""
    project_id: str = ""

    def __repr__(self) -> str:
        """Show nothing: a traceback must not give a secret away."""
        return "Configuration(…)"

    def require(self, *names: str) -> None:
        """Raise a `ClientError` that names what is missing, and where to put it."""
        missing = [name for name in names if not getattr(self, name)]
        if missing:
            raise misconfigured(
                "Not configured: " + ", ".join(missing) + ".",
                hint="Set "
                + ", ".join(VARIABLES[name] for name in missing)
                + f", or write it into {default_path()}.",
            )


def load(environment: Mapping[str, str], *, profile: str = "") -> Configuration:
    """Read the settings of a profile; raises `ClientError` for what cannot be used."""
    path = default_path(environment)
    name = profile or environment.get(_PROFILE, "")
    written = _of_profile(path, name)
    values = {
        setting: environment.get(variable) or written.get(setting, "")
        for setting, variable in VARIABLES.items()
    }
    if values["url"]:
        values["url"] = _checked_url(values["url"])
    return Configuration(**values)


def default_path(environment: Mapping[str, str] = os.environ) -> Path:
    """`SMS_CONSOLE_CONFIG`, else `sms-console/config.toml` in the folder for configuration."""
    if given := environment.get(_PATH):
        return Path(given)
    folder = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(folder) / "sms-console" / "config.toml"


def _of_profile(path: Path, name: str) -> dict[str, str]:
    if not path.exists():
        if name:
            raise misconfigured(f"There is no profile “{name}”: {path} does not exist.")
        return {}
    profiles = _read(path)
    profile = profiles.get(name or "default")
    if profile is None and not name:
        return {}
    if not isinstance(profile, dict):
        known = ", ".join(sorted(profiles)) or "none"
        raise misconfigured(f"There is no profile “{name}” in {path}; there are: {known}.")
    _refuse_wrong(path, profile)
    return profile


def _read(path: Path) -> dict[str, Any]:
    if os.name != "nt" and path.stat().st_mode & _OTHERS:
        raise misconfigured(
            f"{path} holds secrets, and others than you can open it.", hint=f"chmod 600 {path}"
        )
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise misconfigured(f"{path} cannot be read: {error}") from error


def _refuse_wrong(path: Path, profile: dict[str, Any]) -> None:
    known = {field.name for field in fields(Configuration)}
    for name, value in profile.items():
        if name not in known:
            raise misconfigured(
                f"{path} has “{name}”, which is no setting.",
                hint="Settings are: " + ", ".join(sorted(known)) + ".",
            )
        if not isinstance(value, str):
            raise misconfigured(f"{path}: {name} has to be a text in quotation marks.")


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise misconfigured(
            f"“{url}” is no address of an installation.",
            hint="Write it like https://sms.example.com.",
        )
    return url.rstrip("/")
