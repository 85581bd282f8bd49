"""The way from registering to watching what was sent: the eight steps of the product's guide."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers.models import Application, Customer, Membership
from messaging.models import SendRequest
from messaging.services.thresholds import thresholds_of
from portal import registration
from reviews.models import Signature, Submission, Template

if TYPE_CHECKING:
    from common.errors import Sentence


@dataclass(frozen=True, slots=True)
class Step:
    """A step as this customer stands: what it is, how it stands, and where it is done.

    `is_waiting` means that the review has it. An optional step never holds the others up.
    """

    title: "Sentence"
    note: "Sentence"
    is_done: bool
    action: "Sentence"
    url_name: str
    may_do: Callable[[Membership], bool]
    is_waiting: bool = False
    is_optional: bool = False

    @property
    def url(self) -> str:
        return reverse(f"portal:{self.url_name}")


def steps_of(customer: Customer) -> list[Step]:
    """The eight steps in their order."""
    requests = SendRequest.objects.for_customer(customer)
    return [
        *_account_steps(customer),
        *_object_steps(customer),
        Step(
            _("Set traffic thresholds"),
            _threshold_note(customer),
            False,
            _("Look at the thresholds"),
            "threshold-page",
            _managers,
            is_optional=True,
        ),
        *_sending_steps(requests),
    ]


def next_of(steps: list[Step]) -> Step | None:
    """The one step to take now: the first that is neither done, nor optional, nor under review."""
    for step in steps:
        if not (step.is_done or step.is_optional):
            return None if step.is_waiting else step
    return None


def _account_steps(customer: Customer) -> list[Step]:
    is_enabled = customer.is_enabled
    way = [] if is_enabled else registration.steps_of(customer)
    before = [step for step in way if step.url_name not in ("registration-enable", "account")]
    is_registered = is_enabled or all(step.is_done for step in before)
    current = next((step for step in before if not step.is_done), None)
    return [
        Step(
            _("Register your enterprise"),
            _("Done.") if is_registered or current is None else current.note,
            is_registered,
            current.title if current else _("Go on with the registration"),
            "registration",
            _owners,
            is_waiting=current is not None and current.state == registration.WAITING,
        ),
        Step(
            _("Enable Message & SMS"),
            _("Enabled.") if is_enabled else _("The owner accepts the service agreement."),
            is_enabled,
            _("Enable Message & SMS"),
            "registration-enable",
            _owners,
        ),
    ]


def _object_steps(customer: Customer) -> list[Step]:
    applications = Application.objects.for_customer(customer).count()
    signatures = Signature.objects.for_customer(customer).filter(test_until=None)
    templates = Template.objects.for_customer(customer).filter(test_until=None)
    pending = {
        kind: Submission.objects.awaiting_review().filter(customer=customer, kind=kind).count()
        for kind in (Submission.Kind.SIGNATURE, Submission.Kind.TEMPLATE)
    }
    return [
        Step(
            _("Create an application"),
            ngettext("%(count)d application.", "%(count)d applications.", applications)
            % {"count": applications}
            if applications
            else _("It gets an Application Key and a Secret for your server."),
            applications > 0,
            _("Create application"),
            "application-create",
            _managers,
        ),
        _reviewed(
            _("Apply for a signature"),
            _("Your name in front of every message; reviewed within two working hours."),
            signatures.usable().count(),
            pending[Submission.Kind.SIGNATURE],
            _("Go to the signatures"),
            "signature-list",
        ),
        _reviewed(
            _("Apply for a template"),
            _("The text you will send; reviewed within two working hours."),
            templates.usable().count(),
            pending[Submission.Kind.TEMPLATE],
            _("Go to the templates"),
            "template-list",
        ),
    ]


def _reviewed(
    title: "Sentence",
    note: "Sentence",
    usable: int,
    pending: int,
    action: "Sentence",
    url_name: str,
) -> Step:
    if usable or pending:
        note = _("%(usable)s usable, %(pending)s under review.") % {
            "usable": usable,
            "pending": pending,
        }
    is_waiting = not usable and pending > 0
    return Step(title, note, usable > 0, action, url_name, _managers, is_waiting)


def _sending_steps(requests: "QuerySet[SendRequest]") -> list[Step]:
    by_api = requests.filter(source=SendRequest.Source.API).exists()
    to_groups = requests.filter(source=SendRequest.Source.GROUP).exists()
    notes = {
        (False, False): _("With the API from your server, or to a list in the group assistant."),
        (True, False): _("Sent with the API. The group assistant sends to lists without code."),
        (False, True): _("Sent to a group. With the API your server sends by itself."),
        (True, True): _("Sent with the API and to groups."),
    }
    has_sent = by_api or to_groups
    return [
        Step(
            _("Send SMS"),
            notes[by_api, to_groups],
            has_sent,
            _("Look up key and address"),
            "application-list",
            _anyone,
        ),
        Step(
            _("Check the sending status"),
            _("Each message with its status, its code, and what to do about it; replies, too."),
            has_sent,
            _("Open the sending details"),
            "message-list",
            _anyone,
        ),
    ]


def _threshold_note(customer: Customer) -> "Sentence":
    row = thresholds_of(customer)
    if row is None or not row.is_enforced:
        return _("Optional. Nothing is limited now.")
    return _("Optional. At most %(day)s messages a day and %(month)s a month now.") % {
        "day": f"{row.daily_limit:,}",
        "month": f"{row.monthly_limit:,}",
    }


def _anyone(_membership: Membership) -> bool:
    return True


def _managers(membership: Membership) -> bool:
    return membership.can_manage


def _owners(membership: Membership) -> bool:
    return membership.is_owner
