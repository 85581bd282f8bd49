"""The text of a message as its recipient reads it: rendered when it is looked at, never stored."""

from collections.abc import Sequence

from common.placeholders import CompiledText
from common.text import signed
from messaging.models import GroupRow, GroupTask, Message


def text_of_message(message: Message) -> str:
    """The text with its signature; the variables' places once their values are erased.

    `message.request.template_version` must be loaded.
    """
    request = message.request
    values = message.variables if message.variables is not None else request.variables
    return signed(request.signature_name, _filled(request.template_version.content, values))


def text_of_row(task: GroupTask, row: GroupRow) -> str:
    """The text a row of a group task will become; `task.template.version` must be loaded."""
    content = task.template.version.content if task.template.version else task.template.content
    return signed(task.signature.name, _filled(content, row.variables))


def _filled(content: str, values: Sequence[str] | None) -> str:
    text = CompiledText.parse(content)
    return text.render(values or []) if len(values or []) == text.variable_count else content
