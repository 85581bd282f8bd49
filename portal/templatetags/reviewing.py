"""Template filters for what is reviewed: masked numbers, marked findings, quotas."""

from collections.abc import Iterable

from django import template
from django.forms import BaseForm
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from common.numbers import mask
from portal.masking import masked
from reviews.services.rules import Finding

register = template.Library()

register.filter("masked_id", masked)
register.filter("masked_mobile", mask)


@register.filter
def has_spans(findings: Iterable[Finding]) -> bool:
    """Whether any finding says where in the text it is."""
    return any(finding.span for finding in findings)


@register.filter
def marked(text: str, findings: Iterable[Finding]) -> SafeString:
    """The text with every place that a finding is about marked, overlapping ones as one."""
    written, end = [], 0
    for start, stop in sorted(finding.span for finding in findings if finding.span):
        if stop <= end:
            continue
        written.append(conditional_escape(text[end : max(start, end)]))
        written.append(format_html("<mark>{}</mark>", text[max(start, end) : stop]))
        end = stop
    written.append(conditional_escape(text[end:]))
    return mark_safe("".join(written))  # noqa: S308  (every piece is escaped above)


@register.filter
def is_about_quota(form: BaseForm) -> bool:
    """Whether the form was refused because a quota is used up."""
    errors = [error for found in form.errors.as_data().values() for error in found]
    return any(str(error.code).endswith("_quota") for error in errors)
