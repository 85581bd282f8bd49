"""The browser of the browser tests: found, installed when allowed, or left out and said so.

``python -m tests.browser_setup`` installs what is missing; `make test` calls it.
"""

import os
import shutil
import subprocess
import sys

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium", "fonts-noto-cjk")
MISSING = "Chromium is missing; install it with the system's package manager (package `chromium`)"


def chromium() -> str | None:
    """The path of a Chromium that starts. A package may leave a stub that only tells to install."""
    for name in PROGRAMS:
        path = shutil.which(name)
        if path and _succeeds([path, "--version"]):
            return path
    return None


def chromium_or_fail() -> str:
    path = chromium()
    if path is None:
        pytest.fail(MISSING)
    return path


def leave_out_if_missing(items: list[pytest.Item]) -> None:
    """Skip browser tests without a browser, except in CI, where they then fail."""
    marked = [item for item in items if item.get_closest_marker("browser")]
    if not marked or in_ci() or chromium():
        return
    for item in marked:
        item.add_marker(pytest.mark.skip(reason=MISSING))


def report(terminal: pytest.TerminalReporter) -> None:
    """Say at the end how many browser tests were left out."""
    skipped = terminal.stats.get("skipped", [])
    left_out = [test for test in skipped if MISSING in str(test.longrepr)]
    if left_out:
        terminal.write_line(f"{len(left_out)} browser tests LEFT OUT: {MISSING}.", yellow=True)


def install() -> None:
    """Install browser and Chinese fonts through apt, as root or where sudo asks nothing."""
    if chromium():
        return
    apt = _apt()
    if apt is None:
        sys.stderr.write(f"{MISSING}.\n")
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        subprocess.run([*apt, *words], env=environment, stdin=subprocess.DEVNULL)


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true")


def _apt() -> list[str] | None:
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if shutil.which("sudo") and _succeeds(["sudo", "--non-interactive", "true"]):
        return ["sudo", "--non-interactive", "apt-get"]
    return None


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0


if __name__ == "__main__":
    install()
