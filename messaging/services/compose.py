"""From rows to what a carrier takes: the signed text of each message, cut into parts."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from common.expiring import Expiring
from common.placeholders import CompiledText
from common.text import signed, split
from messaging.carriers.base import Submission
from reviews.models import TemplateVersion


class Shared(NamedTuple):
    """What the messages of a request share; `variables` is JSON, None when each has its own."""

    sender: str
    signature: str
    version_id: int
    variables: str | None


Row = tuple[int, int, str, str | None]
"""Request id, message id, recipient, own variables as JSON or None."""


def submissions(requests: Mapping[int, Shared], rows: Sequence[Row]) -> list[Submission]:
    """The messages of some requests, in order; a text that a request shares is made once."""
    shared_parts: dict[int, tuple[str, ...]] = {}
    composed = []
    for request_id, message_id, recipient, variables in rows:
        request = requests[request_id]
        if variables is not None:
            parts = _parts(request, variables)
        elif request_id in shared_parts:
            parts = shared_parts[request_id]
        else:
            parts = shared_parts[request_id] = _parts(request, request.variables)
        composed.append(Submission(message_id, request.sender, recipient, parts))
    return composed


def _parts(request: Shared, variables: str | None) -> tuple[str, ...]:
    values = json.loads(variables) if variables else ()
    body = _versions.get(request.version_id).render(values)
    return tuple(split(signed(request.signature, body)))


def _load_version(version_id: int) -> CompiledText:
    return CompiledText.parse(TemplateVersion.objects.get(pk=version_id).content)


# Versions never change; an hour is only there to let memory go.
_versions = Expiring(_load_version, lifetime_s=lambda: 3600.0, limit=5000)
