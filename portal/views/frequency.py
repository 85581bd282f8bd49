"""Sending frequency: the platform's limits, and those the customer adds (spec console §13.4)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.peers import address_of
from customers.models import Application
from messaging.models import FrequencyPolicy, RuleHit
from messaging.policy.windows import platform_rules
from messaging.services.frequency import LIMITS, remove_policy, set_policy
from messaging.services.lines import WrongLines
from messaging.services.rule_words import in_words
from portal.access import MemberRequest, for_managers, for_members
from portal.forms.frequency import FrequencyForm
from portal.forms.text_files import in_places
from portal.hits import drawing_of
from portal.refusals import refused_into
from reviews.models.kinds import MessageType


@for_members
def index(request: MemberRequest) -> HttpResponse:
    applications = Application.objects.for_customer(request.customer).order_by("id")
    policies = FrequencyPolicy.objects.for_customer(request.customer)
    by_application = {policy.application_id: policy for policy in policies}
    context = {
        "rows": [(one, by_application.get(one.pk)) for one in applications],
        "platform": [
            (type_.label, [in_words(rule) for rule in platform_rules(type_)])
            for type_ in MessageType
        ],
        "drawing": drawing_of(request.customer, [RuleHit.Kind.FREQUENCY, RuleHit.Kind.GUARD]),
    }
    return render(request, "portal/frequency/list.html", context)


@for_managers
def edit(request: MemberRequest, public_id: UUID) -> HttpResponse:
    application = _find(request, public_id)
    policy = FrequencyPolicy.objects.filter(application=application).first()
    initial = {name: getattr(policy, name) for name in LIMITS} if policy else {}
    if policy:
        initial["whitelist"] = "\n".join(policy.whitelist)
    form = FrequencyForm(request.POST or None, request.FILES or None, initial=initial)
    context: dict[str, object] = {"form": form, "application": application, "policy": policy}
    if form.is_valid():
        with refused_into(form):
            try:
                set_policy(
                    application=application,
                    limits=form.limits,
                    whitelist=form.lines,
                    actor=request.user,
                    ip_address=address_of(request),
                )
            except WrongLines as refusal:
                context["wrong"] = in_places(refusal.lines, form.cleaned_data["whitelist"])
                raise
            messages.success(request, _("The limits were saved. They hold from now on."))
            return redirect("portal:frequency-list")
    status = 422 if form.errors else 200
    return render(request, "portal/frequency/form.html", context, status=status)


@require_POST
@for_managers
def remove(request: MemberRequest, public_id: UUID) -> HttpResponse:
    application = _find(request, public_id)
    remove_policy(application=application, actor=request.user, ip_address=address_of(request))
    messages.success(request, _("Your limits are removed; the platform's limits go on."))
    return redirect("portal:frequency-list")


def _find(request: MemberRequest, public_id: UUID) -> Application:
    return get_object_or_404(
        Application.objects.for_customer(request.customer), public_id=public_id
    )
