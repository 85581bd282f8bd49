"""The way from registering to watching what was sent: the eight steps of the product's guide."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers.models import Application, Customer, Membership
from messaging.models import SendRequest
from messaging.services.thresholds import thresholds_of
from portal import registration
from reviews.models import Signature, Template

if TYPE_CHECKING:
    from common.errors import Sentence

_SIGNATURES_UNDER_WAY = (
    Signature.Status.PENDING_QUALIFICATION_REVIEW,
    Signature.Status.PENDING_REVIEW,
    Signature.Status.PROCESSING,
    Signature.Status.REAL_NAME_REGISTRATING,
    Signature.Status.PENDING_ACTIVATE,
)
_TEMPLATES_UNDER_WAY = (Template.Status.SIGN_REVIEWING, Template.Status.REVIEWING)
"""The states in which the customer waits for the platform."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step as this customer stands: what it is, how it stands, and where it is done.

    `is_waiting` means that the review has it, and `holds_up` that the next steps wait with it. An
    optional step never does.
    """

    title: "Sentence"
    note: "Sentence"
    is_done: bool
    action: "Sentence"
    url_name: str
    may_do: Callable[[Membership], bool]
    is_waiting: bool = False
    is_optional: bool = False
    holds_up: bool = True
    url_args: tuple[object, ...] = ()

    @property
    def url(self) -> str:
        return reverse(f"portal:{self.url_name}", args=self.url_args)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many objects a customer has, and how many of them are usable and under way."""

    there: int
    usable: int
    under_way: int

    @classmethod
    def of(cls, objects: Any, under_way: tuple[str, ...]) -> "Counts":
        found = objects.filter(status__in=under_way)
        return cls(objects.count(), objects.usable().count(), found.count())


def steps_of(customer: Customer) -> list[Step]:
    """The eight steps in their order."""
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
        *_sending_steps(customer),
    ]


def next_of(steps: list[Step]) -> Step | None:
    """The one step to take now: the first that is neither done, nor optional, nor under review.

    None when all is done, and while nothing can be done before a review has decided.
    """
    for step in steps:
        if step.is_done or step.is_optional:
            continue
        if not step.is_waiting:
            return step
        if step.holds_up:
            return None
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
            current.url_name if current else "registration",
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
            Counts.of(signatures, _SIGNATURES_UNDER_WAY),
            _("Go to the signatures"),
            "signature",
            holds_up=False,  # a template may be applied for meanwhile
        ),
        _reviewed(
            _("Apply for a template"),
            _("The text you will send; reviewed within two working hours."),
            Counts.of(templates, _TEMPLATES_UNDER_WAY),
            _("Go to the templates"),
            "template",
        ),
    ]


def _reviewed(
    title: "Sentence",
    note: "Sentence",
    counts: Counts,
    to_list: "Sentence",
    family: str,
    holds_up: bool = True,
) -> Step:
    """A step that ends with an approval.

    Who has none yet is led to the form, anybody else to the list, where the decisions stand.
    """
    if counts.there:
        note = _("%(usable)s usable, %(pending)s under review.") % {
            "usable": counts.usable,
            "pending": counts.under_way,
        }
    return Step(
        title,
        note,
        is_done=counts.usable > 0,
        action=to_list if counts.there else title,
        url_name=f"{family}-list" if counts.there else f"{family}-create",
        may_do=_managers,
        is_waiting=not counts.usable and counts.under_way > 0,
        holds_up=holds_up,
    )


def _sending_steps(customer: Customer) -> list[Step]:
    requests = SendRequest.objects.for_customer(customer)
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
        _sending_step(customer, notes[by_api, to_groups], has_sent),
        Step(
            _("Check the sending status"),
            _("Each message with its status, its code, and what to do about it; replies, too."),
            has_sent,
            _("Open the sending details"),
            "message-list",
            _anyone,
        ),
    ]


def _sending_step(customer: Customer, note: "Sentence", has_sent: bool) -> Step:
    """The first message is sent where the call can be watched: on the test page."""
    usable = Template.objects.for_customer(customer).usable().select_related("application")
    template = None if has_sent else usable.first()
    if template is None:
        look_up = _("Look up key and address")
        return Step(_("Send SMS"), note, has_sent, look_up, "application-list", _anyone)
    return Step(
        _("Send SMS"),
        note,
        has_sent,
        _("Send the first message"),
        "application-test",
        _senders,
        url_args=(template.application.public_id,),
    )


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


def _senders(membership: Membership) -> bool:
    return membership.can_send


def _managers(membership: Membership) -> bool:
    return membership.can_manage


def _owners(membership: Membership) -> bool:
    return membership.is_owner
