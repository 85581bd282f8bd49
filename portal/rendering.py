"""The text of a message as its recipient reads it: rendered when it is looked at, never stored."""

from collections.abc import Sequence

from common.placeholders import CompiledText
from common.text import signed
from messaging.groups.samples import example
from messaging.models import Message
from reviews.models import Template


def text_of_message(message: Message) -> str:
    """The text with its signature; the variables' places once their values are erased.

    `message.request.template_version` must be loaded.
    """
    request = message.request
    values = message.variables if message.variables is not None else request.variables
    return signed(request.signature_name, _filled(request.template_version.content, values))


def text_with_examples(template: Template, signature: str) -> str:
    """The text a template gives with values such as those of its sample file."""
    version = template.version or template
    examples = [example(variable["attribute"]) for variable in version.variable_attributes]
    return signed(signature, _filled(version.content, examples))


def _filled(content: str, values: Sequence[str] | None) -> str:
    text = CompiledText.parse(content)
    return text.render(values or []) if len(values or []) == text.variable_count else content
