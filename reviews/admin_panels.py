"""Panels of a customer's operations page: its enterprise, what it may send with, open cases."""

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from customers.admin_panels import TAIL, moment, number, of_customer
from customers.models import Customer, User
from customers.panels import Cell, Panel, panel
from reviews.models import Qualification, RealName, Signature, Submission, Template

_TONES: dict[str, str] = {
    RealName.Status.APPROVED: "good",
    RealName.Status.REVIEWING: "waiting",
    RealName.Status.REJECTED: "bad",
}
_REVIEWED = (Qualification, Signature, Template)


@panel(position=20, permission="reviews.view_submission")
def real_name(customer: Customer, user: User) -> Panel:
    found = RealName.objects.for_customer(customer).first()
    title = _("Real-name authentication")
    if found is None:
        return Panel(title=title, facts=[(_("Status"), Cell(_("Not submitted")))])
    return Panel(
        title=title,
        facts=[
            (_("Status"), Cell(found.get_status_display(), tone=_TONES[found.status])),
            (_("Enterprise name"), Cell(found.enterprise_name)),
            (_("Certificate"), Cell(found.get_certificate_type_display())),
            (_("Changed"), Cell(moment(found.updated_at))),
        ],
    )


@panel(position=35, permission="reviews.view_signature")
def objects(customer: Customer, user: User) -> Panel:
    return Panel(
        title=_("Qualifications, signatures and templates"),
        columns=(_("Object"), _("Status"), _("Number")),
        rows=[row for model in _REVIEWED for row in _by_status(model, customer)],
        empty=_("Nothing was applied for."),
    )


@panel(position=90, permission="reviews.view_submission")
def cases(customer: Customer, user: User) -> Panel:
    waiting = Submission.objects.awaiting_review().filter(customer=customer)
    return Panel(
        title=_("Open cases"),
        columns=(_("Object"), _("Kind"), _("Due by")),
        rows=[
            (
                Cell(each.title, reverse("admin:reviews_submission_change", args=[each.pk])),
                Cell(each.get_kind_display()),
                Cell(moment(each.due_at)),
            )
            for each in waiting[:TAIL]
        ],
        empty=_("Nothing waits for a decision."),
        links=[(_("In the review queue"), _queue(customer))],
    )


def _queue(customer: Customer) -> str:
    return f"{reverse('admin:reviews_submission_changelist')}?{urlencode({'q': customer.name})}"


def _by_status(model: Any, customer: Customer) -> list[tuple[Cell, ...]]:
    """A row for each status in which a customer has objects of a kind."""
    address = of_customer(model._meta.model_name, customer, app="reviews")
    counted = (
        model.objects.filter(customer=customer)
        .order_by("status")
        .values_list("status")
        .annotate(count=Count("pk"))
    )
    return [
        (
            Cell(str(model._meta.verbose_name).capitalize(), address),
            Cell(model.Status(status).label),
            Cell(number(count), f"{address}&status__exact={status}"),
        )
        for status, count in counted
    ]
