"""What signatures and templates must comply with, as tables of rules (docs/review-rules.md).

One engine serves the applicant's form, the check on submission and the reviewer's desk.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from customers.models import Application, Customer
from reviews.models import Qualification, Signature, Template
from reviews.services.rules import duplicates
from reviews.services.rules.drafts import SignatureDraft, TemplateDraft
from reviews.services.rules.engine import Finding, findings, refuse_blocking
from reviews.services.rules.figures import Figures, largest_figures
from reviews.services.rules.qualifications import BINDING_RULES, QUALIFICATION_RULES
from reviews.services.rules.signatures import SIGNATURE_RULES
from reviews.services.rules.templates import TEMPLATE_RULES
from reviews.services.rules.wording import Wording, current

__all__ = [
    "Figures",
    "Finding",
    "binding_findings",
    "largest_figures",
    "qualification_findings",
    "refuse_blocking",
    "signature_findings",
    "template_findings",
]


def signature_findings(
    name: str,
    type: str,
    *,
    customer: Customer | None = None,
    signature: Signature | None = None,
    wording: Wording | None = None,
) -> list[Finding]:
    """Return what is wrong with a signature's name, without brackets, for a message type.

    With a `customer`, another signature of theirs of this name and type is found, too; `signature`
    is the one that is being changed or reviewed. `wording` replaces the words in use.
    """
    taken = bool(customer and duplicates.is_taken(customer, name, type, besides=signature))
    draft = SignatureDraft(type, name, taken, wording or current())
    return findings(SIGNATURE_RULES, draft, type=type, text=name)


def template_findings(
    type: str,
    content: str,
    attributes: Sequence[Mapping[str, Any]],
    *,
    signature_name: str = "",
    application: Application | None = None,
    template: Template | None = None,
    wording: Wording | None = None,
) -> list[Finding]:
    """Return what is wrong with, or worth a look in, a template's text.

    `attributes` is the list of `{"name": …, "attribute": …, "description": …}` in order of
    appearance; the description is for free text. `signature_name` counts towards the length; it
    is empty for a universal template. With an `application`, its templates of the same text are
    named, but for `template`, the one that is being changed or reviewed. `wording` replaces the
    words in use.
    """
    same = duplicates.twins(application, type, content, besides=template) if application else []
    draft = TemplateDraft(type, content, attributes, signature_name, same, wording or current())
    return findings(TEMPLATE_RULES, draft, type=type, text=content)


def qualification_findings(qualification: Qualification) -> list[Finding]:
    """Return what a reviewer should look at in a qualification."""
    text = qualification.enterprise_name
    return findings(QUALIFICATION_RULES, qualification, type="", text=text)


def binding_findings(signature: Signature) -> list[Finding]:
    """Return what a reviewer should look at between a signature and its qualification."""
    return findings(BINDING_RULES, signature, type=signature.type, text=signature.name)
