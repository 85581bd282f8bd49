"""A line of the spreadsheet as an application for a template, and what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from common.placeholders import CompiledText
from common.variables import is_attribute
from reviews.models import Signature
from reviews.models.kinds import MessageType
from reviews.services.fields import LONGEST_DESCRIPTION
from reviews.services.imports.columns import (
    EXAMPLES,
    GENERAL,
    attribute_named,
    means_general,
    type_named,
)
from reviews.services.imports.reading import Line
from reviews.services.rules import template_findings
from reviews.services.rules.variables import FREE_TEXT

LONGEST_NAME = 64
"""Characters of a template's name in the console (ruling 33)."""

Signatures = Mapping[tuple[str, str], Signature]
"""The signatures a template may be bound to, by name and type."""

_SEPARATOR = re.compile(r"[;；\n]")
_COLON = re.compile(r"[:：]")


@dataclass(frozen=True, slots=True)
class Row:
    """What a line applies for; `problems` are sentences, and without any it can be submitted."""

    line: Line
    type: str
    signature: Signature | None
    variable_attributes: list[dict[str, Any]]
    problems: list[str] = field(default_factory=list)


def is_example(line: Line) -> bool:
    """Whether the line is one of the sample's, left as it was."""
    texts = line.cells["name"], line.cells["content"]
    return any(texts == (example.name, example.content) for example in EXAMPLES)


def judge(line: Line, signatures: Signatures) -> Row:
    """Read a line and apply the rules of the console and of the review to it."""
    cells = line.cells
    problems: list[str] = []
    type_ = type_named(cells["type"])
    if type_ is None:
        problems.append(
            _("“%(type)s” is no template type. Write one of %(types)s.")
            % {"type": cells["type"], "types": ", ".join(str(each.label) for each in MessageType)}
        )
    signature = None
    if type_ is not None and not means_general(cells["signature"]):
        signature = signatures.get((cells["signature"].strip("【】"), type_.value))
        if signature is None:
            problems.append(_no_signature(cells["signature"], type_))
    problems += _form_problems(cells)
    row = Row(line, type_ or "", signature, _attributes(cells), problems)
    problems += _findings(row)
    return row


def _findings(row: Row) -> list[str]:
    found = template_findings(
        row.type,
        row.line.cells["content"],
        row.variable_attributes,
        signature_name=row.signature.name if row.signature else "",
    )
    return list(dict.fromkeys(str(finding) for finding in found if finding.is_blocking))


def _no_signature(name: str, type_: MessageType) -> str:
    if not name:
        return _("No signature is given. Write its name, or %(general)s.") % {"general": GENERAL}
    return _(
        "The application has no signature “%(name)s” of the type “%(type)s” that templates may "
        "use. Write the name of one, or %(general)s."
    ) % {"name": name, "type": type_.label, "general": GENERAL}


def _form_problems(cells: Mapping[str, str]) -> list[str]:
    problems = []
    if not 1 <= len(cells["name"]) <= LONGEST_NAME:
        problems.append(
            _("The template name has %(length)s characters; use 1 to %(longest)s.")
            % {"length": len(cells["name"]), "longest": LONGEST_NAME}
        )
    if len(cells["description"]) > LONGEST_DESCRIPTION:
        problems.append(
            _("The description has %(length)s characters; at most %(longest)s are possible.")
            % {"length": len(cells["description"]), "longest": LONGEST_DESCRIPTION}
        )
    return problems


def _attributes(cells: Mapping[str, str]) -> list[dict[str, Any]]:
    """The list the template keeps. A variable named after an attribute needs no entry."""
    names = CompiledText.parse(cells["content"]).names
    entries = [entry.strip() for entry in _SEPARATOR.split(cells["variable_attributes"])]
    entries = [entry for entry in entries if entry]
    if not entries and all(map(is_attribute, names)):
        entries = list(names)
    surplus = [str(number) for number in range(len(names) + 1, len(entries) + 1)]
    return [
        _attribute(name, entry) for name, entry in zip([*names, *surplus], entries, strict=False)
    ]


def _attribute(name: str, entry: str) -> dict[str, Any]:
    attribute, *description = _COLON.split(entry, maxsplit=1)
    read: dict[str, Any] = {"name": name, "attribute": attribute_named(attribute)}
    if description or read["attribute"] in FREE_TEXT:
        read["description"] = "".join(description).strip()
    return read
