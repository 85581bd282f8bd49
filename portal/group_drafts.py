"""What someone has typed of a group task that has no recipients yet (spec console §9.2).

Kept in the session, so that going back, an error or another page loses nothing. A task begins to
exist with its recipients.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from messaging.models import GroupTask
from portal.access import MemberRequest

FIELDS = ("name", "application", "signature", "template")
MOST_KEPT = 5
"""Drafts of one session; the oldest give way."""

_SESSION_KEY = "group_drafts"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of one customer: the form's fields as they were typed."""

    key: UUID
    values: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.values.get("name", "")


def find(request: MemberRequest, key: UUID) -> Draft | None:
    values = _all(request).get(str(key))
    return Draft(key, values) if values is not None else None


def latest(request: MemberRequest) -> Draft | None:
    """The draft that was changed last, for whoever comes back to go on with it."""
    return next(_newest_first(request), None)


def keep(request: MemberRequest, key: UUID, typed: Mapping[str, Any]) -> None:
    """Remember what is typed, as the newest draft."""
    drafts = dict(_all(request))
    drafts.pop(str(key), None)
    drafts[str(key)] = {name: str(typed.get(name, "")) for name in FIELDS}
    _store(request, drafts)


def begin_from(request: MemberRequest, key: UUID, task: GroupTask) -> None:
    """Begin a draft with everything of a task but its recipients (spec console §9.3)."""
    values = {
        "name": task.name,
        "application": task.application_id,
        "signature": task.signature_id,
        "template": task.template_id,
    }
    keep(request, key, values)


def forget(request: MemberRequest, key: UUID) -> None:
    drafts = dict(_all(request))
    drafts.pop(str(key), None)
    _store(request, drafts)


def _newest_first(request: MemberRequest) -> Iterator[Draft]:
    for key, values in reversed(_all(request).items()):
        yield Draft(UUID(key), values)


def _all(request: MemberRequest) -> dict[str, dict[str, str]]:
    """The drafts of the customer whose console is open, the oldest first."""
    kept: dict[str, dict[str, str]] = request.session.get(_name_for(request), {})
    return kept


def _store(request: MemberRequest, drafts: dict[str, dict[str, str]]) -> None:
    newest = list(drafts.items())[-MOST_KEPT:]
    request.session[_name_for(request)] = dict(newest)


def _name_for(request: MemberRequest) -> str:
    return f"{_SESSION_KEY}:{request.customer.pk}"
