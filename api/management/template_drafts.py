"""A template as a request describes it, and how it becomes one (spec management-api §4)."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from common.placeholders import CompiledText
from common.variables import is_attribute
from customers.models import Application, Customer
from reviews.models import Signature, Template
from reviews.services import templates

from . import finding
from .errors import INVALID, NO_SUCH_SIGN_ID, ONLY_RENAMED, TEMPLATE_FIXED, ManagementError

PENDING, DISABLE = "Pending", "Disable"
_NEEDS_DESCRIPTION = ("TEXT",)


@dataclass(frozen=True, slots=True)
class TemplateDraft:
    """What a body says, in the words of the services."""

    signature: Signature | None
    type: str
    name: str
    content: str
    variable_attributes: list[dict[str, str]]
    description: str

    @classmethod
    def of(cls, customer: Customer, body: dict[str, Any]) -> "TemplateDraft":
        """Read a checked body.

        A universal template has the type of the body, any other the type of its signature.
        Raises `MSGSMS.0012` for a signature that does not exist and `MSGSMS.0002` for variables
        that do not fit the text.
        """
        if body.get("brackets") == "GB":
            raise ManagementError(INVALID, "brackets: messages carry 【】 only, which is CN")
        signature = _signature(customer, body)
        type_ = signature.type if signature else body.get("template_type")
        if not type_:
            raise ManagementError(INVALID, "template_type: a universal template needs one")
        return cls(
            signature=signature,
            type=type_,
            name=body["template_name"],
            content=body["template_content"],
            variable_attributes=_attributes(body),
            description=body.get("template_desc") or "",
        )

    def as_arguments(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    def has_text_of(self, template: Template) -> bool:
        """Whether only the name differs from a template as it is."""
        signature_id = self.signature.pk if self.signature else None
        return (
            (signature_id, self.type) == (template.signature_id, template.type)
            and self.content == template.content
            and _types(self.variable_attributes) == _types(template.variable_attributes)
        )


@transaction.atomic
def create(
    *, application: Application, draft: TemplateDraft, flow_status: str, acting: dict[str, Any]
) -> Template:
    """Submit a template, or with the status `Pending` keep it as a draft to be submitted."""
    template = templates.apply(application=application, **draft.as_arguments(), **acting)
    return templates.withdraw(template=template, **acting) if flow_status == PENDING else template


@transaction.atomic
def update(
    *, template: Template, draft: TemplateDraft, flow_status: str, acting: dict[str, Any]
) -> Template:
    """Change a template as far as its status allows (ruling 21).

    `Disable` stops an approved template and `Pending` takes a pending one back. An approved
    template may otherwise only be renamed (`MSGSMS.0187`); a pending one is withdrawn before it
    is changed (`MSGSMS.0010`). Rejected, withdrawn and disabled ones are changed and submitted,
    or with `Pending` kept as a draft.
    """
    if template.status == Template.Status.ADOPTED:
        return _update_adopted(template, draft, flow_status, acting)
    if flow_status == DISABLE:
        raise ManagementError(TEMPLATE_FIXED, "flow_status: only an approved template is disabled")
    if flow_status == PENDING and template.can_withdraw:
        template = templates.withdraw(template=template, **acting)
        if draft.has_text_of(template) and draft.name == template.name:
            return template
    template = templates.resubmit(template=template, **draft.as_arguments(), **acting)
    return templates.withdraw(template=template, **acting) if flow_status == PENDING else template


def _update_adopted(
    template: Template, draft: TemplateDraft, flow_status: str, acting: dict[str, Any]
) -> Template:
    if flow_status == PENDING:
        raise ManagementError(TEMPLATE_FIXED, "flow_status: an approved template is disabled first")
    if not draft.has_text_of(template):
        raise ManagementError(
            ONLY_RENAMED,
            "An approved template can only be renamed. Send flow_status=Disable with its text as "
            "it is, then change it.",
        )
    if draft.name.strip() != template.name:
        template = templates.rename(template=template, name=draft.name, **acting)
    return templates.disable(template=template, **acting) if flow_status == DISABLE else template


def _signature(customer: Customer, body: dict[str, Any]) -> Signature | None:
    if body.get("universal_template") == 1:
        return None
    if not body.get("sign_id"):
        raise ManagementError(
            NO_SUCH_SIGN_ID, "sign_id: name a signature, or send universal_template=1"
        )
    return finding.signature(customer, body["sign_id"], code=NO_SUCH_SIGN_ID, named="sign_id")


def _attributes(body: dict[str, Any]) -> list[dict[str, str]]:
    """The variables in order of appearance; one named as an attribute, `${DATE}`, has that one."""
    names = CompiledText.parse(body["template_content"]).names
    given = body.get("variable_attributes") or []
    by_index = {one["variable_index"]: one for one in given}
    if len(by_index) < len(given) or any(index > len(names) for index in by_index):
        raise ManagementError(
            INVALID,
            f"variable_attributes: the text has {len(names)} variables; name each index once",
        )
    return [_attribute(name, index, by_index.get(index)) for index, name in enumerate(names, 1)]


def _attribute(name: str, index: int, given: dict[str, Any] | None) -> dict[str, str]:
    if given is None:
        if is_attribute(name):
            return {"name": name, "attribute": name}
        raise ManagementError(INVALID, f"variable_attributes: variable {index} has no type")
    described = given.get("variable_desc") or ""
    if given["variable_type"] in _NEEDS_DESCRIPTION and not described:
        raise ManagementError(
            INVALID, f"variable_desc: say what variable {index} of the type TEXT holds"
        )
    return {"name": name, "attribute": given["variable_type"]} | (
        {"description": described} if described else {}
    )


def _types(attributes: list[dict[str, str]]) -> list[str]:
    return [one["attribute"] for one in attributes]
