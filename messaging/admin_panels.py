"""The panel of a customer's operations page about what it sent, from the daily figures."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.clock import local_day, now
from common.codes import DELIVERED
from customers.admin_panels import number, of_customer
from customers.models import Customer, User
from customers.panels import Cell, Panel, panel
from messaging.models import DailyFigure
from messaging.models.part import Source
from messaging.statistics.filters import Filters

_SPANS = (("today", _("Today"), 1), ("week", _("7 days"), 7), ("month", _("30 days"), 30))
"""Each ends today, in days of the platform's zone (ruling 13)."""

_IS_ACCEPTED = Q(code="")
_IS_DELIVERED = Q(code=DELIVERED, reported_by=Source.CARRIER)


@panel(position=40, permission="messaging.view_grouptask")
def sending(customer: Customer, user: User) -> Panel:
    counted = _counted(customer)
    return Panel(
        title=_("Sending"),
        columns=(
            pgettext_lazy("how many", "Messages"),
            _("Accepted"),
            _("Delivered"),
            _("Failed"),
            _("Under way"),
            _("Delivery rate"),
        ),
        rows=[(Cell(label), *_cells(counted, name)) for name, label, _days in _SPANS],
        links=[(_("Group tasks"), of_customer("grouptask", customer, app="messaging"))],
    )


def _counted(customer: Customer) -> dict[str, Any]:
    """All spans in one reading of at most 30 daily figures of each kind."""
    sums, today = {}, local_day(now())
    spans = {
        name: Filters.of_days(
            customer_id=customer.pk, first=today - timedelta(days=days - 1), last=today
        )
        for name, _label, days in _SPANS
    }
    for name, span in spans.items():
        within = Q(day__gte=span.start, day__lt=span.end)
        sums[f"{name}_accepted"] = Sum("messages", filter=within & _IS_ACCEPTED)
        sums[f"{name}_delivered"] = Sum("messages", filter=within & _IS_DELIVERED)
        sums[f"{name}_final"] = Sum("messages", filter=within & ~_IS_ACCEPTED)
    longest = spans[_SPANS[-1][0]]
    own = DailyFigure.objects.filter(customer_id=customer.pk, day__gte=longest.start)
    return own.aggregate(**sums)


def _cells(counted: dict[str, Any], span: str) -> tuple[Cell, ...]:
    accepted, delivered, final = (
        counted[f"{span}_{what}"] or 0 for what in ("accepted", "delivered", "final")
    )
    rate = f"{100 * delivered / final:.1f} %" if final else "–"
    counts = (accepted, delivered, final - delivered, accepted - final)
    return (*(Cell(number(count)) for count in counts), Cell(rate))
