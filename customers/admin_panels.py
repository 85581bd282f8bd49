"""Panels about the account itself: who they are, people, applications, penalties, tickets."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from customers import payments
from customers.audit_words import object_of, verb_of
from customers.models import Application, AuditEvent, Customer, Ticket, User
from customers.panels import Cell, Panel, panel
from customers.services import enforcement
from customers.services.quotas import application_quota

TAIL = 8
"""The latest rows of what grows; the links lead to all of them."""


def of_customer(
    model: str, customer: Customer, app: str = "customers", by: str = "customer"
) -> str:
    """The address of the list of a model's rows that belong to a customer."""
    return f"{reverse(f'admin:{app}_{model}_changelist')}?{by}__id__exact={customer.pk}"


def moment(value: object) -> str:
    """An instant in the platform's zone."""
    return f"{localtime(value):%Y-%m-%d %H:%M}" if value else "–"  # type: ignore[arg-type]


@panel(position=10, permission="customers.view_customer")
def profile(customer: Customer, user: User) -> Panel:
    found = getattr(customer, "profile", None)
    facts = [
        (_("Account"), Cell(customer.get_status_display(), tone=_tone(not customer.is_frozen))),
        (_("Message & SMS"), Cell(customer.get_service_display())),
        (_("Project ID"), Cell(customer.project_id)),
        (_("Since"), Cell(moment(customer.created_at))),
    ]
    if customer.is_frozen:
        cause = customer.get_frozen_cause_display() or "–"
        since = f"{moment(customer.frozen_at)} · {cause} · {customer.frozen_reason}"
        facts.insert(1, (_("Frozen"), Cell(since)))
    if found:
        method = payments.provider_named(found.payment_provider)
        paid = f"{method.label} {found.payment_reference}".strip() if method else "–"
        mobile = found.mobile if found.is_mobile_bound else _("not bound")
        contact = " · ".join(filter(None, (found.contact_name, found.contact_email)))
        facts += [
            (_("Industry"), Cell(found.get_industry_display() or "–")),
            (_("Mobile number"), Cell(mobile)),
            (_("Contact"), Cell(contact or "–")),
            (_("Payment method"), Cell(paid)),
        ]
    accepted = customer.agreements.select_related("user").first()
    if accepted:
        by = f"{accepted.version} · {accepted.user} · {moment(accepted.at)}"
        facts.append((_("Agreement"), Cell(by)))
    return Panel(title=_("Profile"), facts=facts)


@panel(position=30, permission="customers.view_application")
def applications(customer: Customer, user: User) -> Panel:
    own = list(Application.objects.for_customer(customer).order_by("name"))
    may_suspend = user.has_perm(enforcement.SUSPEND)
    return Panel(
        title=_("Applications"),
        facts=[(_("Quota"), Cell(f"{len(own)} / {application_quota(customer)}"))],
        columns=(_("Application"), _("Status"), _("Suspended because"), _("Do")),
        rows=[
            (
                Cell(each.name, reverse("admin:customers_application_change", args=[each.pk])),
                Cell(each.get_status_display(), tone=_tone(not each.is_suspended)),
                Cell(each.suspension_reason or "–"),
                _act_on(each) if may_suspend else Cell("–"),
            )
            for each in own
        ],
        empty=_("No application yet."),
    )


@panel(position=60, permission="customers.view_membership")
def members(customer: Customer, user: User) -> Panel:
    people = customer.memberships.select_related("user").order_by("created_at", "pk")
    return Panel(
        title=_("Members"),
        columns=(_("Person"), _("Role"), _("Last log-in")),
        rows=[
            (
                Cell(each.user, reverse("admin:customers_membership_change", args=[each.pk])),
                Cell(each.get_role_display()),
                Cell(moment(each.user.last_login)),
            )
            for each in people[: TAIL * 5]
        ],
        empty=_("Nobody belongs to this account."),
        links=[(_("All members"), of_customer("membership", customer))],
    )


@panel(position=70, permission="customers.view_penalty")
def penalties(customer: Customer, user: User) -> Panel:
    return Panel(
        title=_("Penalties"),
        columns=(_("Recorded"), _("Violation"), _("What followed"), _("Rectified")),
        rows=[
            (
                Cell(
                    moment(each.created_at),
                    reverse("admin:customers_penalty_change", args=[each.pk]),
                ),
                Cell(each.get_violation_display()),
                Cell(each.get_action_display()),
                Cell(moment(each.rectified_at)),
            )
            for each in customer.penalties.all()[:TAIL]
        ],
        empty=_("No violation was recorded."),
        links=[(_("All penalties"), of_customer("penalty", customer))],
    )


@panel(position=80, permission="customers.view_ticket")
def tickets(customer: Customer, user: User) -> Panel:
    still_open = customer.tickets.exclude(state=Ticket.State.CLOSED)
    return Panel(
        title=_("Open tickets"),
        columns=(_("Subject"), _("Status"), _("Changed")),
        rows=[
            (
                Cell(each.subject, reverse("admin:customers_ticket_change", args=[each.pk])),
                Cell(each.get_state_display(), tone=_tone(each.state == Ticket.State.ANSWERED)),
                Cell(moment(each.updated_at)),
            )
            for each in still_open[:TAIL]
        ],
        empty=_("No ticket is open."),
        links=[(_("All tickets"), of_customer("ticket", customer))],
    )


@panel(position=100, permission="customers.view_auditevent")
def audit_trail(customer: Customer, user: User) -> Panel:
    events = AuditEvent.objects.filter(customer=customer).select_related("actor").order_by("-id")
    return Panel(
        title=_("Audit trail"),
        columns=(_("Time"), _("Who"), _("What"), _("Object")),
        rows=[
            (
                Cell(moment(each.at), reverse("admin:customers_auditevent_change", args=[each.pk])),
                Cell(each.actor or _("Platform")),
                Cell(verb_of(each.verb)),
                Cell(f"{object_of(each.object_type)} {each.object_name}"),
            )
            for each in events[:TAIL]
        ],
        empty=_("Nothing was recorded."),
        links=[(_("All of it"), of_customer("auditevent", customer))],
    )


def number(value: int) -> str:
    """A number with thousands separators."""
    return str(intcomma(value))


def _act_on(application: Application) -> Cell:
    act, label = (
        ("restore", _("Restore")) if application.is_suspended else ("suspend", _("Suspend"))
    )
    return Cell(label, reverse("admin:customers_application_act", args=[application.pk, act]))


def _tone(is_well: bool) -> str:
    return "good" if is_well else "bad"
