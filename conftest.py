"""Sets Django up before any test is imported, so that tests may import models; finds the browser.

The servers run by then: see `tests/start.py`.
"""

import os
import socket
from collections.abc import Iterator
from typing import Any

import django
import pytest
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from tests import browser_setup

django.setup()

# The same examples in every run: a red suite is red again. New ones are what `make fuzz` is for.
hypothesis_settings.register_profile("suite", deadline=None, derandomize=True)
hypothesis_settings.register_profile("fuzz", deadline=None, max_examples=5_000)
hypothesis_settings.load_profile("suite")


@pytest.hookimpl(trylast=True)  # after the order was shuffled
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    browser_setup.leave_out_if_missing(items)
    # Playwright's event loop runs on in its process, where no test can start one of its own then.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    browser_setup.report(terminalreporter)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Chromium of the system. Playwright's loop makes Django think that it runs in one, too."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {
        **browser_type_launch_args,
        "executable_path": browser_setup.chromium_or_fail(),
        "args": ["--no-sandbox"],
    }


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A request leaves its language behind in its thread; no test begins with another's."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    """What this process remembers of one test's database is wrong in the next one's."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    from messaging.models import ids
    from messaging.services import charging, health, push_keys
    from sms_console.changes import forget_everything

    forget_everything()
    charging.forget()
    health.forget()
    ids.forget()
    push_keys.forget()


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port that is bound, so that nobody else takes it, but does not listen."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]
