"""The customer's way to the first message, where a page tells what comes next."""

from typing import Any

from django import template

from portal.usage_flow import Step, next_of, steps_of

register = template.Library()


@register.inclusion_tag("components/next_step.html", takes_context=True)
def next_step(context: dict[str, Any]) -> dict[str, Step | None]:
    """The one next action, until the first message was sent; nothing for who may not take it."""
    request = context["request"]
    step = next_of(steps_of(request.customer))
    return {"step": step if step and step.may_do(request.membership) else None}
