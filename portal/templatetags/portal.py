"""Template tags of the console: icons, status pills, numbers and instants."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db.models import Model
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from messaging.groups.progress import Progress
from portal.numbers import in_payload, shown
from portal.pills import tone_of

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of `static/vendor/tabler-icons`, drawn in the text's colour, hidden from readers."""
    return _drawing(name)


@cache
def _drawing(name: str) -> SafeString:
    path = finders.find(f"vendor/tabler-icons/{name}.svg")
    if path is None:
        raise template.TemplateSyntaxError(f"There is no icon {name!r} under static/vendor.")
    return mark_safe(Path(path).read_text(encoding="utf-8").strip())  # noqa: S308  (our own file)


@register.simple_tag
def pill(thing: Model, field: str = "status") -> SafeString:
    """The status of an application, signature, template, group task or message, with a colour."""
    label = getattr(thing, f"get_{field}_display")()
    return format_html(
        '<span class="pill pill-{}">{}</span>', tone_of(thing, getattr(thing, field)), label
    )


@register.simple_tag(takes_context=True)
def phone_number(context: dict[str, Any], number: str) -> str:
    """A recipient's number, masked for members who may only look."""
    return shown(number, context["request"].membership)


@register.simple_tag(takes_context=True)
def uploaded_number(context: dict[str, Any], value: str) -> str:
    """What stands in the number column of a customer's file, masked likewise."""
    return in_payload(value, context["request"].membership)


@register.filter
def instant(moment: datetime) -> SafeString:
    """An instant to the second in the platform's zone; the pointer shows it in UTC."""
    written = f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"
    utc = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), utc, written)


@register.simple_tag
def setting(name: str) -> Any:
    """A product setting, such as a quota, to be stated on a page."""
    if not name.startswith("SMS_"):
        raise template.TemplateSyntaxError("Pages state product settings (SMS_…) only.")
    return getattr(settings, name)


@register.filter
def is_in_family(entry: Any, family: str) -> bool:
    """Whether a navigation entry is the one the open page belongs to."""
    return bool(entry.family == family)


@register.inclusion_tag("components/progress_bar.html")
def progress_bar(progress: Progress) -> dict[str, Any]:
    """A bar of three colours: delivered, failed, and sent without a report yet."""
    total = max(progress.total, 1)
    bars, offset = [], 0.0
    for tone, count in (
        ("good", progress.delivered),
        ("bad", progress.failed),
        ("busy", progress.sent),
    ):
        width = round(100 * count / total, 2)
        bars.append({"tone": tone, "offset": offset, "width": width})
        offset += width
    return {"bars": bars}
