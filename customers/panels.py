"""What the operations page of a customer shows: panels, to which every app adds its own.

A panel is built with a fixed number of queries, however much a customer has.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customers.models import Customer, User

if TYPE_CHECKING:
    from common.errors import Sentence


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, with where it leads and the tone of its pill, if any: good, waiting or bad."""

    text: object
    address: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A card of the page: facts, a table below them, and links to where there is more."""

    title: "Sentence"
    facts: Sequence[tuple["Sentence", Cell]] = ()
    columns: Sequence["Sentence"] = ()
    rows: Sequence[Sequence[Cell]] = ()
    empty: "Sentence" = ""
    """Said in place of a table without rows."""
    links: Sequence[tuple["Sentence", str]] = ()


Build = Callable[[Customer, User], Panel]


@dataclass(frozen=True, slots=True)
class _Place:
    position: int
    permission: str
    build: Build


_places: dict[str, _Place] = {}


def panel(*, position: int, permission: str) -> Callable[[Build], Build]:
    """Add a panel to the page of every customer, for those who have the permission.

    Panels with lower positions stand before others.
    """

    def register(build: Build) -> Build:
        _places[f"{build.__module__}.{build.__qualname__}"] = _Place(position, permission, build)
        return build

    return register


def panels_of(customer: Customer, user: User) -> list[Panel]:
    """The panels that a member of the operations team may see."""
    chosen = sorted(_places.values(), key=lambda place: place.position)
    return [each.build(customer, user) for each in chosen if user.has_perm(each.permission)]
