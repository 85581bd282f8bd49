"""Applications: creating and changing them (spec console §5)."""

import re

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Application, Customer, User
from customers.services import audit
from customers.services.addresses import checked_address
from customers.services.constraints import refused_by
from customers.services.standing import require_room, require_service

_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9_.@-]{1,64}")
_AUDITED = ("name", "uplink_url", "report_url")


@transaction.atomic
def create_application(
    *,
    customer: Customer,
    name: str,
    uplink_url: str = "",
    report_url: str = "",
    actor: User | None = None,
    ip_address: str | None = None,
) -> Application:
    """Create an application with a key and a secret of its own, ready to send.

    Refuses a customer who may not add anything, a quota that is used up (ruling 24), a name that
    breaks the rule of console.md §5.1 or exists already, and an address that is no URL.
    """
    # The lock makes the quota exact when two members press the button at once.
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    require_service(customer)
    require_room(
        code="application_quota",
        used=customer.applications.count(),
        quota=settings.SMS_APPLICATION_QUOTA,
        message=_(
            "The application quota is used up: %(used)s of %(quota)s. "
            "Ask customer service for a higher quota; applications cannot be deleted."
        ),
    )
    application = Application(customer=customer)
    _fill(application, name=name, uplink_url=uplink_url, report_url=report_url)
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
    actor: User | None,
    ip_address: str | None = None,
) -> Application:
    """Change name and addresses; key and secret stay. Refuses as `create_application` does.

    The uplink address of a suspended application stays as it is (console.md §5.2).
    """
    application = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    before = _state(application)
    _fill(application, name=name, uplink_url=uplink_url, report_url=report_url)
    if (
        application.status == Application.Status.SUSPENDED
        and application.uplink_url != before["uplink_url"]
    ):
        raise Refusal(
            "application_suspended",
            _(
                "The application is suspended, so its uplink address cannot be changed. "
                "Have the application restored first."
            ),
            field="uplink_url",
        )
    if _state(application) != before:
        _save(application)
        _record("update", application, actor, ip_address, before=before)
    return application


def _fill(application: Application, *, name: str, uplink_url: str, report_url: str) -> None:
    application.name = _checked_name(name)
    application.uplink_url = checked_address(uplink_url, field="uplink_url")
    application.report_url = checked_address(report_url, field="report_url")


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
    before: dict[str, str],
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


def _state(application: Application) -> dict[str, str]:
    return {field: getattr(application, field) for field in _AUDITED}
