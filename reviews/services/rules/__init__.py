"""What signatures and templates must comply with, as tables of rules.

One engine serves the applicant's form, the check on submission and the reviewer's desk.
"""

from collections.abc import Mapping, Sequence

from reviews.services.rules.drafts import TemplateDraft
from reviews.services.rules.engine import Finding, findings, refuse_blocking
from reviews.services.rules.signatures import SIGNATURE_RULES
from reviews.services.rules.templates import TEMPLATE_RULES

__all__ = ["Finding", "refuse_blocking", "signature_findings", "template_findings"]


def signature_findings(name: str, type: str) -> list[Finding]:
    """Return what is wrong with a signature's name, without brackets, for a message type."""
    return findings(SIGNATURE_RULES, name, type=type, text=name)


def template_findings(
    type: str,
    content: str,
    attributes: Sequence[Mapping[str, str]],
    *,
    signature_name: str = "",
) -> list[Finding]:
    """Return what is wrong with, or worth a look in, a template's text.

    `attributes` is the list of `{"name": …, "attribute": …}` in order of appearance.
    `signature_name` counts towards the length; it is empty for a universal template.
    """
    draft = TemplateDraft(type, content, attributes, signature_name)
    return findings(TEMPLATE_RULES, draft, type=type, text=content)
