"""Figures as the lines of a file: one for each time, application, signature, template and type."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Application
from reviews.models import Signature, Template
from reviews.models.kinds import MessageType

from . import reading
from .figures import Figures
from .filters import Filters

if TYPE_CHECKING:
    from common.errors import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The figures of an hour, or a day, that begins `at`; empty names are of what is unknown."""

    at: datetime
    is_hour: bool
    application: str
    signature: str
    template: str
    type: str
    figures: Figures


COLUMNS: "tuple[tuple[str, Sentence], ...]" = (
    ("at", gettext_lazy("Time")),
    ("application", gettext_lazy("Application")),
    ("signature", gettext_lazy("Signature")),
    ("template", gettext_lazy("Template")),
    ("type", gettext_lazy("Type")),
    ("total", gettext_lazy("Total submit")),
    ("successes", gettext_lazy("Total sent successfully")),
    ("failures", gettext_lazy("Total sending failures")),
    ("terminal", gettext_lazy("Terminal errors")),
    ("sending", gettext_lazy("Total sending")),
    ("valid_success_rate", gettext_lazy("Valid success rate")),
    ("success_rate", gettext_lazy("Sending success rate")),
)


def rows(filters: Filters) -> Iterator[Row]:
    """The lines of a selection by time, oldest first; names as they are now."""
    found = list(reading.detailed(filters))
    applications = Application.objects.in_bulk({key[1] for key, _figures in found})
    signatures = Signature.objects.in_bulk({key[2] for key, _figures in found})
    templates = Template.objects.in_bulk({key[3] for key, _figures in found if key[3]})
    types = dict(MessageType.choices)
    for (at, application_id, signature_id, template_id, type_), figures in found:
        application = applications.get(application_id)
        signature = signatures.get(signature_id)
        template = templates.get(template_id)
        yield Row(
            at=at,
            is_hour=filters.is_hourly,
            application=application.name if application else "",
            signature=signature.name if signature else "",
            template=template.name if template else "",
            type=str(types.get(type_, type_)),
            figures=figures,
        )


def row_cells(row: Row) -> list[object]:
    """The cells of a line in the order of `COLUMNS`; times in the platform's zone, rates in %."""
    at = timezone.localtime(row.at)
    figures = row.figures
    return [
        f"{at:%Y-%m-%d %H:%M}" if row.is_hour else f"{at:%Y-%m-%d}",
        row.application,
        row.signature or _("Unknown signature"),
        row.template,
        row.type,
        figures.total,
        figures.successes,
        figures.failures,
        figures.terminal,
        figures.sending,
        _percent(figures.valid_success_rate),
        _percent(figures.success_rate),
    ]


def _percent(rate: float | None) -> float | str:
    return "" if rate is None else round(rate * 100, 2)
