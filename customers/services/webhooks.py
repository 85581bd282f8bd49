"""Webhooks of a customer: which addresses are told of which review decisions."""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.outbound import check_url
from customers.models import Customer, User, Webhook
from customers.services import audit
from customers.services.constraints import refused_by

MOST = 5
_SECRET_BYTES = 32


@transaction.atomic
def add_webhook(
    *,
    customer: Customer,
    url: str,
    kinds: Sequence[str],
    actor: User,
    ip_address: str | None = None,
) -> Webhook:
    """Add an address with a secret of its own; decisions from now on are told to it.

    Refuses the sixth one, an address that could never be called or has another webhook already,
    plain http to a public address, and a choice of no kind of decision.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if Webhook.objects.for_customer(customer).count() >= MOST:
        raise Refusal(
            "webhook_limit",
            _("There are %(most)s webhooks already, which is the most. Delete one first."),
            params={"most": MOST},
        )
    webhook = Webhook(customer=customer, secret=_new_secret())
    _fill(webhook, url, kinds)
    _record("create", webhook, actor, ip_address)
    return webhook


@transaction.atomic
def change_webhook(
    *,
    webhook: Webhook,
    url: str,
    kinds: Sequence[str],
    is_active: bool,
    actor: User,
    ip_address: str | None = None,
) -> Webhook:
    """Change a webhook; one that is not active is told nothing, and what was due to it waits.

    Refuses as `add_webhook` does.
    """
    webhook = Webhook.objects.select_for_update().get(pk=webhook.pk)
    webhook.is_active = is_active
    _fill(webhook, url, kinds)
    _record("update", webhook, actor, ip_address)
    return webhook


@transaction.atomic
def reset_secret(*, webhook: Webhook, actor: User, ip_address: str | None = None) -> Webhook:
    """Give a webhook a new secret; from now on every attempt is signed with it."""
    webhook = Webhook.objects.select_for_update().get(pk=webhook.pk)
    webhook.secret = _new_secret()
    webhook.save(update_fields=["secret"])
    _record("reset_secret", webhook, actor, ip_address)
    return webhook


@transaction.atomic
def delete_webhook(*, webhook: Webhook, actor: User, ip_address: str | None = None) -> None:
    """Remove a webhook with its log; what it was not told yet it is never told."""
    _record("delete", webhook, actor, ip_address)
    webhook.delete()


def _new_secret() -> str:
    return "whsec_" + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def _fill(webhook: Webhook, url: str, kinds: Sequence[str]) -> None:
    webhook.url = url.strip()
    check_url(webhook.url, field="url")
    parts = urlsplit(webhook.url)
    if parts.scheme != "https" and not _is_inside(parts.hostname or ""):
        raise Refusal(
            "webhook_plain",
            _("The address begins with http:, which anybody on the way can read. Use https:."),
            field="url",
        )
    webhook.kinds = [kind for kind in Webhook.Kind.values if kind in kinds]
    if not webhook.kinds:
        raise Refusal("webhook_kinds", _("Choose at least one kind of decision."), field="kinds")
    taken = Refusal(
        "webhook_duplicate",
        _("Another webhook calls %(url)s already. Change that one instead."),
        field="url",
        params={"url": webhook.url},
    )
    with refused_by("webhook_address_once", taken):
        webhook.save()


def _is_inside(host: str) -> bool:
    """Whether an address is in a network that the operator allowed: plain http will do there."""
    try:
        address = ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        return False
    return any(address in ip_network(network) for network in settings.OUTBOUND_ALLOWED_NETWORKS)


def _record(verb: str, webhook: Webhook, actor: User, ip_address: str | None) -> None:
    audit.record(
        verb=verb,
        object_type="webhook",
        object_id=webhook.pk,
        object_name=webhook.url,
        actor=actor,
        customer=webhook.customer,
        ip_address=ip_address,
        after={"url": webhook.url, "kinds": webhook.kinds, "is_active": webhook.is_active},
    )
