"""Webhooks: addresses that are told of review decisions, with the log of each attempt."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from common.peers import address_of
from customers.models import Webhook, WebhookEvent
from customers.services import webhook_events, webhooks
from messaging.services.answers import meaning_of
from portal.access import MemberRequest, for_managers, for_members, for_senders
from portal.forms.webhooks import WebhookChangeForm, WebhookForm
from portal.paging import page_of
from portal.refusals import refused_into


@for_members
def index(request: MemberRequest) -> HttpResponse:
    own = list(Webhook.objects.for_customer(request.customer))
    context = {"webhooks": own, "most": webhooks.MOST, "has_room": len(own) < webhooks.MOST}
    return render(request, "portal/webhooks/list.html", context)


@never_cache
@for_managers
@sensitive_variables("webhook")
def create(request: MemberRequest) -> HttpResponse:
    """Add a webhook, then show its secret, this one time."""
    form = WebhookForm(request.POST or None)
    if form.is_valid():
        with refused_into(form):
            webhook = webhooks.add_webhook(
                customer=request.customer,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            return render(request, "portal/webhooks/new_secret.html", {"webhook": webhook})
    return _form_page(request, form, None)


@for_members
def detail(request: MemberRequest, public_id: UUID) -> HttpResponse:
    webhook = _find(request, public_id)
    events = page_of(webhook.events.prefetch_related("tries"), request)
    rows = [
        (event, [(one, meaning_of(one.http_status, one.error)) for one in event.tries.all()])
        for event in events
    ]
    context = {"webhook": webhook, "page_obj": events, "rows": rows}
    return render(request, "portal/webhooks/detail.html", context)


@for_managers
def edit(request: MemberRequest, public_id: UUID) -> HttpResponse:
    webhook = _find(request, public_id)
    initial = {name: getattr(webhook, name) for name in WebhookChangeForm.base_fields}
    form = WebhookChangeForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refused_into(form):
            webhooks.change_webhook(
                webhook=webhook,
                **form.cleaned_data,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The webhook was changed."))
            return redirect("portal:webhook-detail", public_id)
    return _form_page(request, form, webhook)


@require_POST
@never_cache
@for_managers
@sensitive_variables("webhook")
def secret(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Make a new secret and show it, this one time."""
    webhook = webhooks.reset_secret(
        webhook=_find(request, public_id), actor=request.user, ip_address=address_of(request)
    )
    return render(request, "portal/webhooks/new_secret.html", {"webhook": webhook})


@require_POST
@for_managers
def delete(request: MemberRequest, public_id: UUID) -> HttpResponse:
    webhook = _find(request, public_id)
    webhooks.delete_webhook(webhook=webhook, actor=request.user, ip_address=address_of(request))
    messages.success(request, _("The webhook was deleted."))
    return redirect("portal:webhook-list")


@require_POST
@for_senders
def test(request: MemberRequest, public_id: UUID) -> HttpResponse:
    webhook_events.owe_test(webhook=_find(request, public_id))
    messages.success(request, _("A test event is on its way; its outcome stands in the log."))
    return redirect("portal:webhook-detail", public_id)


@require_POST
@for_senders
def again(request: MemberRequest, public_id: UUID, event_id: UUID) -> HttpResponse:
    own = WebhookEvent.objects.for_customer(request.customer).select_related("webhook__customer")
    event = get_object_or_404(own, webhook__public_id=public_id, public_id=event_id)
    webhook_events.send_again(event=event, actor=request.user, ip_address=address_of(request))
    messages.success(request, _("The event is sent again now."))
    return redirect("portal:webhook-detail", public_id)


def _find(request: MemberRequest, public_id: UUID) -> Webhook:
    own = Webhook.objects.for_customer(request.customer).select_related("customer")
    return get_object_or_404(own, public_id=public_id)


def _form_page(request: MemberRequest, form: WebhookForm, webhook: Webhook | None) -> HttpResponse:
    context = {"form": form, "webhook": webhook}
    return render(request, "portal/webhooks/form.html", context, status=422 if form.errors else 200)
