"""Everything a reviewer sees of one case."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from common.codes import rejection_reasons
from common.text import count_characters, count_parts, signed
from customers.models import User
from reviews.models import Decision, Signature, Submission, Template, Transition
from reviews.models.kinds import MessageType
from reviews.services import decide, submissions
from reviews.services.rules import Finding, signature_findings, template_findings
from reviews.services.workflow import Subject, kind_of

if TYPE_CHECKING:
    from common.errors import Sentence

OTHERS = 5
"""Other objects of the customer that are shown."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an object's history."""

    transition: Transition
    origin: str
    to: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """An earlier or final decision with its reasons in words."""

    decision: Decision
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class CasePage:
    """What was submitted, what the rules found, who submitted it, and what happened so far."""

    case: Submission
    subject: Subject
    facts: list[tuple["Sentence", Any]]
    text: list[tuple[str, bool]]
    """The submitted text in pieces; True marks a piece a finding is about."""

    figures: tuple[int, int] | None
    """Characters and parts of a template with its signature, variables not filled in."""

    findings: list[Finding]
    history: list[Step]
    judgements: list[Judgement]
    others: list[Subject]
    may_decide: bool


def page_of(case: Submission, reviewer: User) -> CasePage:
    """Collect the page of a case in a fixed number of queries."""
    subject = submissions.subject_of(case)
    found = _findings(case)
    text = case.snapshot["name" if case.kind == Submission.Kind.SIGNATURE else "content"]
    return CasePage(
        case=case,
        subject=subject,
        facts=_facts(case, subject),
        text=list(marked(text, [finding.span for finding in found if finding.span])),
        figures=_figures(case),
        findings=found,
        history=_history(subject),
        judgements=_judgements(subject),
        others=_others(subject),
        may_decide=decide.may_decide(case, reviewer),
    )


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """Cut a text into pieces that lie inside or outside the spans, which may overlap."""
    borders = sorted({0, len(text), *(border for span in spans for border in span)})
    for start, end in pairwise(borders):
        yield text[start:end], any(first <= start and end <= last for first, last in spans)


def _findings(case: Submission) -> list[Finding]:
    fields = case.snapshot
    if case.kind == Submission.Kind.SIGNATURE:
        return signature_findings(fields["name"], fields["type"])
    return template_findings(
        fields["type"],
        fields["content"],
        fields["variable_attributes"],
        signature_name=fields["signature"],
    )


def _facts(case: Submission, subject: Subject) -> list[tuple["Sentence", Any]]:
    fields = case.snapshot
    facts: list[tuple[Sentence, Any]] = [
        (_("Type"), MessageType(fields["type"]).label),
        (_("Application"), subject.application.name),
    ]
    if case.kind == Submission.Kind.SIGNATURE:
        facts += [
            (_("Source"), Signature.Source(fields["source"]).label),
            (_("Third-party rights"), _("Yes") if fields["is_third_party"] else _("No")),
        ]
    else:
        facts += [
            (_("Template name"), fields["name"]),
            (_("Signature"), fields["signature"] or _("Universal: every signature of this type")),
            (_("Variables"), _variables(fields["variable_attributes"])),
        ]
    return [*facts, (_("Description"), fields["description"] or "–")]


def _variables(attributes: Iterable[dict[str, str]]) -> str:
    return ", ".join(f"${{{each['name']}}} {each['attribute']}" for each in attributes) or "–"


def _figures(case: Submission) -> tuple[int, int] | None:
    if case.kind == Submission.Kind.SIGNATURE:
        return None
    signature, content = case.snapshot["signature"], case.snapshot["content"]
    whole = signed(signature, content) if signature else content
    return count_characters(whole), count_parts(whole)


def _history(subject: Subject) -> list[Step]:
    labels = dict(type(subject).Status.choices)
    rows = Transition.objects.filter(kind=kind_of(subject), object_id=subject.pk)
    return [
        Step(row, str(labels.get(row.from_status, "")), str(labels[row.to_status]))
        for row in rows.select_related("actor")
    ]


def _judgements(subject: Subject) -> list[Judgement]:
    kind = kind_of(subject)
    explanations = {reason.level2: reason.explanation for reason in rejection_reasons(kind)}
    rows = Decision.objects.filter(submission__in=submissions.cases_of(subject))
    return [
        Judgement(row, [explanations.get(code, code) for code in row.reason_codes])
        for row in rows.select_related("reviewer", "submission")
    ]


def _others(subject: Subject) -> list[Subject]:
    model: type[Signature] | type[Template] = type(subject)
    return list(
        model._default_manager.filter(customer=subject.customer_id)
        .exclude(pk=subject.pk)
        .order_by("-id")[:OTHERS]
    )
