"""The papers that belong to what is reviewed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from reviews.models import Evidence
from reviews.services.workflow import Subject

if TYPE_CHECKING:
    from common.errors import Sentence


@dataclass(frozen=True, slots=True)
class Paper:
    """A piece of evidence, where it comes from, and whether the last submission had it."""

    evidence: Evidence
    source: "Sentence"
    is_new: bool
    """It came with this submission; never true for the first one."""


def papers_of(subject: Subject, *, before: set[str]) -> list[Paper]:
    """The papers of an object, and after them those of the qualification it is bound to.

    `before` are the contents, by SHA-256, that the previous submission had.
    """
    own = subject.evidence.all() if hasattr(subject, "evidence") else ()
    qualification = getattr(subject, "qualification", None)
    borrowed = qualification.evidence.all() if qualification else ()
    return [
        *(Paper(each, "", bool(before) and each.sha256 not in before) for each in own),
        *(Paper(each, _("from the qualification"), is_new=False) for each in borrowed),
    ]
