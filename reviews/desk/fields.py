"""What was submitted, in words, and what differs from the submission before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from reviews.models import Submission
from reviews.services.kinds import kind_named

if TYPE_CHECKING:
    from common.errors import Sentence

Piece = tuple[str, str]
"""A part of a text and what became of it: `same`, `old` or `new`."""

_PAPERS = "evidence"
_NOTHING = "–"
_LABELS: dict[str, "Sentence"] = {
    "application": _("Application"),
    "country": _("Country or region"),
    "list": _("List"),
    "listed_because": _("On the list because of"),
    "number": _("Number"),
    "signature": _("Signature"),
    "since": _("Since"),
    "stopped": _("Messages of the customer that it stopped in 60 days"),
    "variable_attributes": _("Variables"),
}
"""Fields that are kept in a case under another name or form than the model's own."""

_WITH_PIECES = 8
"""Texts of at least this length are compared character by character."""

_ALIKE = 0.3
"""From 0 to 1: texts that have less in common stand side by side."""


@dataclass(frozen=True, slots=True)
class Field:
    """One submitted field in words; `old` is what stood there before, when it was another."""

    name: str
    label: "Sentence"
    value: str
    old: str | None = None

    @property
    def is_changed(self) -> bool:
        return self.old is not None

    @property
    def pieces(self) -> list[Piece]:
        """The change inside the text; empty when the two have too little in common."""
        if self.old is None or min(len(self.old), len(self.value)) < _WITH_PIECES:
            return []
        matcher = SequenceMatcher(None, self.old, self.value, autojunk=False)
        if matcher.ratio() < _ALIKE:
            return []
        return list(_pieces(matcher, self.old, self.value))


def fields_of(case: Submission, previous: Submission | None) -> list[Field]:
    """Every field of a case but its papers, each with what it was in the previous one."""
    before = previous.snapshot if previous else {}
    return [_field(case.kind, name, case.snapshot[name], before) for name in _in_order(case)]


def previous_of(case: Submission) -> Submission | None:
    """The submission of the same object before this one, if there was one."""
    earlier = Submission.objects.filter(
        kind=case.kind, object_id=case.object_id, attempt__lt=case.attempt
    )
    return earlier.order_by("-attempt", "-id").first()


def papers_before(previous: Submission | None) -> set[str]:
    """The contents, by their SHA-256, that came with the previous submission."""
    papers = previous.snapshot.get(_PAPERS, []) if previous else []
    return {paper["sha256"] for paper in papers}


def _in_order(case: Submission) -> list[str]:
    """The names of the fields as the model has them; the database keeps no order of its own."""
    order = [field.name for field in kind_named(case.kind).model._meta.fields]
    names = [name for name in case.snapshot if name != _PAPERS]
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def _field(kind: str, name: str, value: Any, before: Mapping[str, Any]) -> Field:
    is_changed = bool(before) and before.get(name) != value
    return Field(
        name=name,
        label=label_of(kind_named(kind).model, name),
        value=_words(kind, name, value),
        old=_words(kind, name, before.get(name)) if is_changed else None,
    )


def label_of(model: type[Model], name: str) -> "Sentence":
    """What a submitted field of a model is called."""
    if name in _LABELS:
        return _LABELS[name]
    try:
        label = str(getattr(model._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:
        label = name.replace("_", " ")
    return label[:1].upper() + label[1:]


def _words(kind: str, name: str, value: Any) -> str:
    if value is None or value == "" or value == []:
        return _NOTHING
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return "\n".join(_variable(each) for each in value)
    try:
        field = kind_named(kind).model._meta.get_field(name)
    except FieldDoesNotExist:
        return str(value)
    choices = dict(getattr(field, "flatchoices", ()))
    return str(choices.get(value, value))


def _variable(attribute: Mapping[str, str]) -> str:
    description = attribute.get("description", "")
    return f"${{{attribute['name']}}} {attribute['attribute']} {description}".strip()


def _pieces(matcher: "SequenceMatcher[str]", old: str, new: str) -> Iterator[Piece]:
    for operation, old_start, old_end, start, end in matcher.get_opcodes():
        if operation == "equal":
            yield "same", new[start:end]
            continue
        if old_end > old_start:
            yield "old", old[old_start:old_end]
        if end > start:
            yield "new", new[start:end]
