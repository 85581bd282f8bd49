"""A template while it is being typed: its variables, and the message it would become."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.placeholders import CompiledText
from common.text import count_characters, count_parts, signed
from common.variables import check_value, is_attribute
from customers.models import Application
from messaging.groups.samples import example
from reviews.models import Template
from reviews.models.kinds import MessageType
from reviews.services.rules import Figures, Finding, largest_figures, template_findings
from reviews.services.rules.variables import FREE_TEXT

ATTRIBUTES: dict[str, str | Promise] = {
    "CHARDIGIT": _("Code, order number: letters, digits and _"),
    "TEXT": _("Name, account, address: text"),
    "DATETIME": _("Date or time"),
    "MONEY": _("Amount"),
    "PHONE": _("Phone number"),
}
"""The attributes a customer may choose for a numbered variable (spec console §8.3)."""


UNKNOWN_NAME = "…"
"""Stands for the signature of a universal template, which the send request will name."""


@dataclass(frozen=True, slots=True)
class TypedVariable:
    """A variable of the text; one named after an attribute, such as `${DATE}`, has that one."""

    name: str
    attribute: str
    sample: str
    is_fixed: bool
    description: str = ""

    @property
    def is_free_text(self) -> bool:
        """Whether the applicant has to say what it holds (spec console §8.3)."""
        return self.attribute in FREE_TEXT

    @property
    def placeholder(self) -> str:
        return f"${{{self.name}}}"

    @property
    def objection(self) -> str:
        """Why the sample value would be refused; empty when it fits."""
        return str(check_value(self.attribute, self.sample) or "")


@dataclass(frozen=True)
class TypedTemplate:
    """What stands in the form at this moment."""

    type: str
    content: str
    variables: list[TypedVariable]
    signature_name: str = ""
    application: Application | None = None
    changed: Template | None = None
    """The template that is being changed; none for a new one."""

    @classmethod
    def from_form(
        cls,
        data: Mapping[str, str],
        *,
        signature_name: str = "",
        application: Application | None = None,
        changed: Template | None = None,
    ) -> "TypedTemplate":
        """Read `type`, `content`, and `attribute_`, `description_` and `sample_<name>`."""
        type_ = data.get("type", MessageType.NOTIFICATION)
        content = data.get("content", "").replace("\r\n", "\n")
        names = CompiledText.parse(content).names
        variables = [_typed_variable(name, type_, data) for name in names]
        return cls(type_, content, variables, signature_name, application, changed)

    @property
    def variable_attributes(self) -> list[dict[str, str]]:
        return [
            {"name": one.name, "attribute": one.attribute}
            | ({"description": one.description} if one.is_free_text else {})
            for one in self.variables
        ]

    @cached_property
    def text(self) -> str:
        """The message with the sample values, as the phone shows it."""
        samples = [one.sample or one.placeholder for one in self.variables]
        body = CompiledText.parse(self.content).render(samples)
        return signed(self.signature_name or UNKNOWN_NAME, body)

    @property
    def characters(self) -> int:
        return count_characters(self.text)

    @property
    def parts(self) -> int:
        return count_parts(self.text)

    @cached_property
    def findings(self) -> list[Finding]:
        """What the automatic checks say; nothing while there is no text yet."""
        if not self.content.strip():
            return []
        return template_findings(
            self.type,
            self.content,
            self.variable_attributes,
            signature_name=self.signature_name,
            application=self.application,
            template=self.changed,
        )

    @cached_property
    def largest(self) -> Figures:
        """Characters and parts when every variable is as long as it may be (console §8.4)."""
        return largest_figures(
            self.content, self.variable_attributes, self.signature_name, type=self.type
        )


def form_values(variable_attributes: list[dict[str, str]]) -> dict[str, str]:
    """The form fields that a stored list of attributes stands for."""
    values = {f"attribute_{one['name']}": one["attribute"] for one in variable_attributes}
    return values | {
        f"description_{one['name']}": one.get("description", "") for one in variable_attributes
    }


def _typed_variable(name: str, type_: str, data: Mapping[str, str]) -> TypedVariable:
    is_fixed = is_attribute(name)
    attribute = name if is_fixed else data.get(f"attribute_{name}", "")
    if not is_attribute(attribute):
        attribute = "CHARDIGIT" if type_ == MessageType.VERIFICATION else "TEXT"
    usual = "482913" if type_ == MessageType.VERIFICATION else example(attribute)
    return TypedVariable(
        name,
        attribute,
        data.get(f"sample_{name}", usual),
        is_fixed,
        data.get(f"description_{name}", "").strip(),
    )
