"""What the automatic rules say of a submitted text, and where in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reviews.models import Signature, Submission, Template
from reviews.services.rules import (
    Finding,
    largest_figures,
    signature_findings,
    template_findings,
)
from reviews.services.workflow import Subject


@dataclass(frozen=True, slots=True)
class CheckedText:
    """The text a case is about, in pieces, with what the rules found.

    True marks a piece a finding is about. `figures` are the characters and parts of the longest
    message of a template, signature included.
    """

    pieces: list[tuple[str, bool]]
    findings: list[Finding]
    signature: str = ""
    figures: tuple[int, int] | None = None


def checked_text(case: Submission, subject: Subject) -> CheckedText | None:
    """Check the text of a case; None for kinds that are not about a text."""
    if isinstance(subject, Signature):
        return _of_signature(case, subject)
    if isinstance(subject, Template):
        return _of_template(case, subject)
    return None


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """Cut a text into pieces that lie inside or outside the spans, which may overlap."""
    borders = sorted({0, len(text), *(border for span in spans for border in span)})
    for start, end in pairwise(borders):
        yield text[start:end], any(first <= start and end <= last for first, last in spans)


def _of_signature(case: Submission, subject: Signature) -> CheckedText:
    fields = case.snapshot
    found = signature_findings(
        fields["name"], fields["type"], customer=subject.customer, signature=subject
    )
    return CheckedText(_pieces(fields["name"], found), found)


def _of_template(case: Submission, subject: Template) -> CheckedText:
    fields = case.snapshot
    found = template_findings(
        fields["type"],
        fields["content"],
        fields["variable_attributes"],
        signature_name=fields["signature"],
        application=subject.application,
        template=subject,
    )
    largest = largest_figures(
        fields["content"], fields["variable_attributes"], fields["signature"], type=fields["type"]
    )
    return CheckedText(
        _pieces(fields["content"], found),
        found,
        fields["signature"],
        (largest.characters, largest.parts),
    )


def _pieces(text: str, found: Sequence[Finding]) -> list[tuple[str, bool]]:
    return list(marked(text, [finding.span for finding in found if finding.span]))
