"""Cases about templates: the text with its variables (spec console §8)."""

from typing import Any

from django.db.models import Max

from customers.models import Notice
from reviews.models import Submission, Template, TemplateVersion
from reviews.models.template import new_template_id
from reviews.services import workflow
from reviews.services.kinds import CaseKind, Ruling, cannot_reopen

Status = Template.Status
_FIELDS = ("name", "type", "content", "variable_attributes", "description")


def _snapshot(template: Template) -> dict[str, Any]:
    signature = template.signature
    return {field: getattr(template, field) for field in _FIELDS} | {
        "signature": signature.name if signature else "",
    }


def _approve(template: Template, ruling: Ruling) -> None:
    workflow.advance(template, Status.ADOPTED, actor=ruling.reviewer, reason=ruling.comment)
    latest = template.versions.aggregate(latest=Max("number"))["latest"] or 0
    template.version = TemplateVersion.objects.create(
        template=template,
        number=latest + 1,
        content=template.content,
        variable_attributes=template.variable_attributes,
    )
    template.template_id = template.template_id or new_template_id()
    template.save(update_fields=["version", "template_id"])


def _reject(template: Template, ruling: Ruling) -> None:
    workflow.advance(template, Status.REJECT, actor=ruling.reviewer, reason=ruling.comment)


def _reopen(template: Template, ruling: Ruling) -> None:
    """A rejection can be thought over; an approved template is deactivated instead."""
    if template.deleted_at or template.status != Status.REJECT:
        raise cannot_reopen(template)
    workflow.advance(template, Status.REVIEWING, actor=ruling.reviewer, reason=ruling.comment)


TEMPLATE = CaseKind(
    kind=Submission.Kind.TEMPLATE,
    model=Template,
    title=str,
    snapshot=_snapshot,
    approve=_approve,
    reject=_reject,
    reopen=_reopen,
    reasons="template",
    approved=Notice.Event.TEMPLATE_APPROVED,
    rejected=Notice.Event.TEMPLATE_REJECTED,
)
