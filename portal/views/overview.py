"""The first page: how far a customer is on the way to the first message, and today's figures."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.models import Application, Customer, Membership
from messaging.models import GroupTask, SendRequest
from messaging.queries import sent_today
from portal.access import MemberRequest, for_members
from reviews.models import Signature, Submission, Template


def _anyone(_membership: Membership) -> bool:
    return True


def _managers(membership: Membership) -> bool:
    return membership.can_manage


def _senders(membership: Membership) -> bool:
    return membership.can_send


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way; `action` and `url_name` lead to where it is done."""

    title: Promise
    note: Promise
    is_done: bool
    action: Promise | None = None
    url_name: str = ""
    may_do: Callable[[Membership], bool] = _anyone

    @property
    def url(self) -> str:
        return reverse(f"portal:{self.url_name}")


@for_members
def overview(request: MemberRequest) -> HttpResponse:
    customer = request.customer
    steps = _steps(customer)
    next_step = next((step for step in steps if not step.is_done), None)
    tasks = GroupTask.objects.for_customer(customer)
    context = {
        "steps": steps,
        "next_step": next_step,
        "may_do_next": bool(
            next_step and next_step.action and next_step.may_do(request.membership)
        ),
        "sent_today": sent_today(customer),
        "waiting_reviews": Submission.objects.awaiting_review().filter(customer=customer).count(),
        "planned_tasks": tasks.filter(state=GroupTask.State.PENDING).count(),
    }
    return render(request, "portal/overview.html", context)


def _steps(customer: Customer) -> list[Step]:
    """The steps of the product's own guide that exist here, in its order."""
    requests = SendRequest.objects.for_customer(customer)
    return [
        Step(
            _("Register and enable Message & SMS"),
            _("Done by our team when your account was opened."),
            is_done=customer.service == Customer.Service.ENABLED,
        ),
        Step(
            _("Create an application"),
            _("It gets an Application Key and a Secret for your server."),
            is_done=Application.objects.for_customer(customer).exists(),
            action=_("Create application"),
            url_name="application-create",
            may_do=_managers,
        ),
        Step(
            _("Apply for a signature"),
            _("Your name in front of every message; reviewed within two working hours."),
            is_done=Signature.objects.for_customer(customer).usable().exists(),
            action=_("Go to the signatures"),
            url_name="signature-list",
            may_do=_managers,
        ),
        Step(
            _("Apply for a template"),
            _("The text you will send; reviewed within two working hours."),
            is_done=Template.objects.for_customer(customer).usable().exists(),
            action=_("Go to the templates"),
            url_name="template-list",
            may_do=_managers,
        ),
        Step(
            _("Send with the API"),
            _("Your server calls the application access address with key, secret and template ID."),
            is_done=requests.filter(source=SendRequest.Source.API).exists(),
            action=_("Look up key and address"),
            url_name="application-list",
        ),
        Step(
            _("Send to a group"),
            _("Upload a list of numbers; send at once or at a planned time."),
            is_done=requests.filter(source=SendRequest.Source.GROUP).exists(),
            action=_("Create task"),
            url_name="group-create",
            may_do=_senders,
        ),
        Step(
            _("Check the sending status"),
            _("Each message with its status, its code, and what to do about it."),
            is_done=requests.exists(),
            action=_("Open the sending details"),
            url_name="message-list",
        ),
    ]
