"""The steps of creating a group task, as they stand beside its pages (spec console §9.2)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from common.errors import Sentence

TITLES = {
    "message": _("Name, application, signature, template"),
    "recipients": _("Recipients"),
    "check": _("Check"),
    "time": _("Time"),
    "confirm": _("Confirmation"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step, and where it stands from the open one; `url` leads back to it where that can be."""

    title: "Sentence"
    is_done: bool
    is_open: bool
    url: str


def steps(open_step: str, *, urls: dict[str, str] | None = None) -> list[Step]:
    """All steps, with `open_step` open: those before it are done and may lead back."""
    names = list(TITLES)
    position = names.index(open_step)
    return [
        Step(
            title=TITLES[name],
            is_done=number < position,
            is_open=number == position,
            url=(urls or {}).get(name, "") if number < position else "",
        )
        for number, name in enumerate(names)
    ]
