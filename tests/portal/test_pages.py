"""House rules of the pages: nothing from other hosts, nothing inline, nothing unused, not heavy."""

import gzip
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from .conftest import Visitor

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
OTHERS = ("admin", "operations")
"""Folders of the operations console, whose own tests look after them."""

PAGES = sorted(
    path for path in TEMPLATES.rglob("*.html") if path.relative_to(TEMPLATES).parts[0] not in OTHERS
)
NAMES = [str(path.relative_to(TEMPLATES)) for path in PAGES]

_ELSEWHERE = re.compile(r"""(?:src|href|srcset|action)\s*=\s*["']?(?:https?:)?//""")
_INLINE = re.compile(
    r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style|<script(?![^>]*\s(?:src=|type="application/json"))|javascript:"""
)
"""Data that a script reads is no script: no browser runs JSON."""
_LOADED = re.compile(r"""url\(\s*(?!["']?(?:data:|#))|@import|sourceMappingURL""")
"""`url(#…)` is a part of the drawing itself."""
_ICON = re.compile(r"""(?:{% icon|icon=|drawing=|icon\|default:)\s*"([a-z0-9-]+)\"""")

HEAVIEST_BYTES = 300_000


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_pages_load_nothing_from_elsewhere_and_hold_nothing_inline(path: Path):
    text = path.read_text(encoding="utf-8")
    assert _ELSEWHERE.search(text) is None
    assert _INLINE.search(text) is None


def test_style_sheets_and_scripts_load_nothing_further():
    loading = {
        str(path.relative_to(STATIC)): found[0]
        for path in STATIC.rglob("*")
        if path.suffix in (".css", ".js")
        and path.relative_to(STATIC).parts[0] != "operations"
        and (found := _LOADED.search(path.read_text(encoding="utf-8")))
    }
    assert loading == {}


def test_every_template_is_used():
    """A template is named by code or by another template, or replaces one of a library."""
    sources = [*PAGES, *(ROOT / "portal").rglob("*.py"), *(ROOT / "sms_console").rglob("*.py")]
    texts = {path: path.read_text(encoding="utf-8") for path in sources}
    unused = []
    for path, name in zip(PAGES, NAMES, strict=True):
        elsewhere = "".join(text for other, text in texts.items() if other != path)
        if name not in elsewhere and not _is_built(name, elsewhere) and not _replaces(name):
            unused.append(name)
    assert unused == []


def _is_built(name: str, elsewhere: str) -> bool:
    """Named as a folder and a stem, as the states of a group task are."""
    folder, _slash, stem = name.removesuffix(".html").rpartition("/")
    return f'"{stem}"' in elsewhere and f"{folder}/{{" in elsewhere


def _replaces(name: str) -> bool:
    if name in ("403.html", "403_csrf.html", "404.html", "500.html"):
        return True
    places = [Path(app.path) / "templates" for app in apps.get_app_configs()]
    return any((place / name).exists() for place in places)


def test_every_icon_is_there_and_used():
    sources = [*TEMPLATES.rglob("*.html"), *(ROOT / "portal").rglob("*.py")]
    named = {name for path in sources for name in _ICON.findall(path.read_text(encoding="utf-8"))}
    there = {path.stem for path in (STATIC / "vendor" / "tabler-icons").glob("*.svg")}
    assert there == named


@pytest.mark.parametrize(
    "name",
    [
        "overview",
        "application-list",
        "template-create",
        "group-create",
        "message-list",
        "error-code-list",
    ],
)
def test_no_page_is_heavy(name: str, owner: Visitor):
    page = owner.get(reverse(f"portal:{name}")).content
    assets = re.findall(rb'(?:src|href)="/?static/([^"?]+)"', page)
    files = [Path(finders.find(asset.decode())).read_bytes() for asset in assets]
    assert len(files) >= 5
    assert sum(len(gzip.compress(data)) for data in [page, *files]) < HEAVIEST_BYTES


def test_the_policy_allows_only_our_own_scripts_and_styles(owner: Visitor):
    policy = owner.get(reverse("portal:overview")).headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
