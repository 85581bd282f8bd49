"""House rules that a machine can check."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from sms_console.embedded.processes import sms_console

ROOT = Path(__file__).resolve().parents[1]

OPEN_TO_ALL = {
    "healthz",
    "readyz",
    "metrics",
    "sms/batchSendSms/v1",
    "sms/batchSendDiffSms/v1",
    "sms/conversions/v1",
    "sms/events/v1",
    "openapi.json",
    "language",
    "invitations/<uuid:public_id>/<str:key>",
}
"""Addresses that need no session: probes, the APIs (their own authentication), their description,
the language, and the links of invitations, which carry a key."""

OPEN_PREFIXES = ("accounts/", "operations/", "v1/", "^v1/", "v2/", "^v2/", "v3/")
"""Sign-in pages, the operations site, which guards every page itself (tests/operations), and the
console and management APIs, which have their own authentication (tests/api)."""


def addresses(
    resolver: URLResolver | None = None, prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, path)
        else:
            yield path, entry


def test_every_address_asks_for_a_login_or_is_listed():
    unlisted = {
        path
        for path, pattern in addresses()
        if not getattr(pattern.callback, "login_required", True)
        and path not in OPEN_TO_ALL
        and not path.startswith(OPEN_PREFIXES)
    }
    assert unlisted == set()


def test_login_is_required_by_default():
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE


def test_every_queue_has_a_worker(tmp_path):
    used = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    used.add(settings.CELERY_TASK_DEFAULT_QUEUE)
    served: set[str] = set()
    for process in sms_console(local=tmp_path, port=8000).processes:
        if "-Q" in process.arguments:
            served |= set(process.arguments[process.arguments.index("-Q") + 1].split(","))
    assert used == served


def test_every_scheduled_and_routed_task_exists():
    current_app.loader.import_default_modules()
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    names |= set(settings.CELERY_TASK_ROUTES)
    assert names <= set(current_app.tasks)


def test_every_setting_is_in_the_example_environment():
    text = "".join(path.read_text() for path in (ROOT / "sms_console" / "settings").glob("*.py"))
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text))
    example = (ROOT / ".env.example").read_text()
    assert {name for name in names if name not in example} == set()


@pytest.mark.parametrize(
    "folder", ["customers/services", "reviews/services", "messaging/services", "messaging/groups"]
)
def test_domain_code_knows_no_http(folder: str):
    knowing = {
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"django\.(http|shortcuts|views)|rest_framework", path.read_text())
    }
    assert knowing == set()


@pytest.mark.parametrize("folder", ["common", "customers", "reviews", "messaging", "api", "portal"])
def test_modules_can_be_read_in_one_sitting(folder: str):
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}
