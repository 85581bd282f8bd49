"""The kinds of review cases: what each is about and what a decision on it does.

An app registers its kinds when it is ready, so that this module knows none of them by import.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.codes import RejectionReason, rejection_reasons
from common.errors import Refusal
from customers.models import Notice, User
from reviews.roles import DECIDE
from reviews.services.workflow import Subject


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision on its way: who decided, what they wrote, and from where."""

    reviewer: User
    comment: str = ""
    reason_codes: Sequence[str] = ()
    channel_number: str = ""
    """For signatures: the number that is assigned with the approval, if any."""
    ip_address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseKind:
    """One kind of case.

    `approve`, `reject` and `reopen` move the subject, inside the transaction that closes or opens
    the case; they refuse by raising `Refusal`. `snapshot` returns, as JSON values, the fields a
    reviewer decides on. `reasons` names the list of rejection reasons, empty when there is none.
    `approved` and `rejected` are what the customer is told; without one, nobody is.
    """

    kind: str
    model: type[models.Model]
    title: Callable[[Subject], str]
    snapshot: Callable[[Subject], dict[str, Any]]
    approve: Callable[[Subject, Ruling], None]
    reject: Callable[[Subject, Ruling], None]
    reopen: Callable[[Subject, Ruling], None]
    reasons: str = ""
    permission: str = DECIDE
    approved: Notice.Event | None = None
    rejected: Notice.Event | None = None


_KINDS: dict[str, CaseKind] = {}


def register(kind: CaseKind) -> None:
    """Make a kind known; raises ValueError when its name is taken."""
    if kind.kind in _KINDS:
        raise ValueError(f"A case kind {kind.kind!r} is registered already.")
    _KINDS[kind.kind] = kind


def kind_named(name: str) -> CaseKind:
    """The kind of that name; raises KeyError for one that no app registered."""
    return _KINDS[name]


def kinds_about(subject: Subject) -> list[str]:
    """The names of all kinds whose cases are about objects such as this one."""
    return [kind.kind for kind in _KINDS.values() if isinstance(subject, kind.model)]


def reasons_of(name: str) -> tuple[RejectionReason, ...]:
    """The reasons for which a case of that kind may be rejected; none: a comment is enough."""
    reasons = kind_named(name).reasons
    return rejection_reasons(reasons) if reasons else ()


def cannot_reopen(subject: Subject) -> Refusal:
    """The refusal of a case whose object has gone on since the decision."""
    return Refusal(
        "case_not_reopenable",
        _(
            "“%(object)s” is “%(status)s” by now, so its case cannot be opened again. "
            "Act on the object itself."
        ),
        params={"object": str(subject), "status": subject.get_status_display()},
    )
