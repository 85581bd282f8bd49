"""Applications: creating and changing them (spec console §5)."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import Refusal
from customers.models import Application, Customer, User
from customers.models.application import new_app_secret
from customers.services import audit
from customers.services.addresses import checked_address
from customers.services.allowlist import checked_allowlist
from customers.services.constraints import refused_by
from customers.services.quotas import application_quota
from customers.services.standing import require_room, require_service

_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9_.@-]{1,64}")
_AUDITED = (
    "name",
    "uplink_url",
    "report_url",
    "ip_allowlist",
    "refuses_replays",
    "receives_uplink_time",
)

OLD_SECRET_LIVES = timedelta(hours=24)
"""How long an old secret works after a reset, when it does not end at once (ruling 31)."""

_FIXED_WHILE_SUSPENDED = {
    "uplink_url": _(
        "The application is suspended, so its uplink address cannot be changed. "
        "Have the application restored first."
    ),
    "ip_allowlist": _(
        "The application is suspended, so its IP allow-list cannot be changed. "
        "Have the application restored first."
    ),
}


@transaction.atomic
def create_application(
    *,
    customer: Customer,
    name: str,
    uplink_url: str = "",
    report_url: str = "",
    ip_allowlist: Sequence[str] = (),
    refuses_replays: bool = False,
    receives_uplink_time: bool = False,
    actor: User | None = None,
    ip_address: str | None = None,
) -> Application:
    """Create an application with a key and a secret of its own, ready to send.

    `receives_uplink_time` cannot be changed afterwards (ruling 37).
    Refuses a customer who may not add anything, a quota that is used up (ruling 24), a name that
    breaks the rule of console.md §5.1 or exists already, an address that is no URL, and an
    allow-list with a wrong entry.
    """
    # The lock makes the quota exact when two members press the button at once.
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    require_service(customer)
    require_room(
        code="application_quota",
        used=customer.applications.count(),
        quota=application_quota(customer),
        message=_(
            "The application quota is used up: %(used)s of %(quota)s. "
            "Ask customer service for a higher quota; applications cannot be deleted."
        ),
    )
    application = Application(customer=customer)
    _fill(application, name=name, uplink_url=uplink_url, report_url=report_url)
    application.ip_allowlist = checked_allowlist(ip_allowlist, field="ip_allowlist")
    application.refuses_replays = refuses_replays
    application.receives_uplink_time = receives_uplink_time
    _save(application)
    _record("create", application, actor, ip_address, before={})
    return application


@transaction.atomic
def update_application(
    *,
    application: Application,
    name: str,
    uplink_url: str,
    report_url: str,
    ip_allowlist: Sequence[str] | None = None,
    refuses_replays: bool | None = None,
    actor: User | None,
    ip_address: str | None = None,
) -> Application:
    """Change name, addresses and access; key and secret stay. Refuses as `create_application` does.

    `ip_allowlist` and `refuses_replays` stay as they are when they are None. The uplink address
    and the allow-list of a suspended application cannot be changed (console.md §5.2).
    """
    application = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    before = _state(application)
    _fill(application, name=name, uplink_url=uplink_url, report_url=report_url)
    if ip_allowlist is not None:
        application.ip_allowlist = checked_allowlist(ip_allowlist, field="ip_allowlist")
    if refuses_replays is not None:
        application.refuses_replays = refuses_replays
    after = _state(application)
    if application.status == Application.Status.SUSPENDED:
        _require_same(before, after)
    if after != before:
        _save(application)
        _record("update", application, actor, ip_address, before=before)
    return application


@transaction.atomic
def reset_secret(
    *,
    application: Application,
    keeps_old: bool,
    actor: User | None,
    ip_address: str | None = None,
) -> Application:
    """Give the application a new secret; the old one works 24 hours more, or ends at once.

    Ruling 31. A secret that was still working from an earlier reset ends in either case. Refuses
    when someone else reset the secret since `application` was read.
    """
    replaced = application.app_secret
    application = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    if application.app_secret != replaced:
        raise Refusal(
            "secret_changed",
            _("The secret was reset in the meantime. Look at the application before you go on."),
        )
    application.app_secret = new_app_secret()
    application.previous_secret = replaced if keeps_old else ""
    application.previous_secret_until = now() + OLD_SECRET_LIVES if keeps_old else None
    application.save(update_fields=["app_secret", "previous_secret", "previous_secret_until"])
    until = application.previous_secret_until
    audit.record(
        verb="reset_secret",
        object_type="application",
        object_id=application.pk,
        object_name=application.name,
        actor=actor,
        customer=application.customer,
        ip_address=ip_address,
        after={"previous_secret_until": until.isoformat() if until else None},
    )
    return application


def _fill(application: Application, *, name: str, uplink_url: str, report_url: str) -> None:
    application.name = _checked_name(name)
    application.uplink_url = checked_address(uplink_url, field="uplink_url")
    application.report_url = checked_address(report_url, field="report_url")


def _require_same(before: dict[str, Any], after: dict[str, Any]) -> None:
    for field, message in _FIXED_WHILE_SUSPENDED.items():
        if before[field] != after[field]:
            raise Refusal("application_suspended", message, field=field)


def _checked_name(name: str) -> str:
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise Refusal(
            "application_name",
            _(
                "The application name “%(name)s” does not fit. Use 1 to 64 Chinese characters, "
                "letters, digits and _ . - @"
            ),
            field="name",
            params={"name": name},
        )
    return name


def _save(application: Application) -> None:
    duplicate = Refusal(
        "application_duplicate",
        _("You have an application named “%(name)s” already. Choose another name."),
        field="name",
        params={"name": application.name},
    )
    with refused_by("application_name_once", duplicate):
        application.save()


def _record(
    verb: str,
    application: Application,
    actor: User | None,
    ip_address: str | None,
    *,
    before: dict[str, Any],
) -> None:
    audit.record(
        verb=verb,
        object_type="application",
        object_id=application.pk,
        object_name=application.name,
        actor=actor,
        customer=application.customer,
        ip_address=ip_address,
        before=before,
        after=_state(application),
    )


def _state(application: Application) -> dict[str, Any]:
    return {field: getattr(application, field) for field in _AUDITED}
