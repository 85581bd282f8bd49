"""The document itself: what the views tell about themselves, and the parts written by hand."""

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml
from drf_spectacular.generators import SchemaGenerator

from api.iam.views import UnknownView

PARTS = sorted(Path(__file__).parent.glob("*.yaml"))
"""What is written by hand: paths of plain views, and the schemas of answers."""

Endpoints = list[tuple[str, str, str, Any]]


@cache
def text() -> bytes:
    """The document as JSON in UTF-8; made once in the life of a process."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    document = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def without_unknown(endpoints: Endpoints) -> Endpoints:
    """A hook before: the addresses that answer "there is no such API" are none of it."""
    return [one for one in endpoints if getattr(one[3], "cls", None) is not UnknownView]


def with_parts(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """A hook after: add paths and components of all `PARTS`."""
    for path in PARTS:
        part = _part(path)
        result["paths"] |= part.get("paths", {})
        for kind, members in part["components"].items():
            result["components"].setdefault(kind, {}).update(members)
    return result


def _part(path: Path) -> dict[str, Any]:
    return cast(dict[str, Any], yaml.safe_load(path.read_text(encoding="utf-8")))
