"""The words of the audit trail: what an action, an object, a field and a value are called."""

from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from common.errors import Sentence

VERBS: dict[str, "Sentence"] = {
    "accept": _("Accepted"),
    "add": _("Added"),
    "answer": _("Answered"),
    "approve": _("Approved"),
    "bind": _("Bound"),
    "cancel": _("Cancelled"),
    "change_balance": _("Balance changed"),
    "change_role": _("Role changed"),
    "close": _("Closed"),
    "confirm_payment": _("Payment confirmed"),
    "create": _("Created"),
    "delete": _("Deleted"),
    "disable": _("Disabled"),
    "download": _("Downloaded"),
    "enable": _("Enabled"),
    "export": _("Exported"),
    "freeze": _("Frozen"),
    "grant_package": _("Package given"),
    "invite": _("Invited"),
    "issue": _("Issued"),
    "join": _("Joined"),
    "lock": _("Locked after wrong signatures"),
    "order": _("Ordered"),
    "penalize": _("Violation recorded"),
    "rectify": _("Violation put right"),
    "refuse_payment": _("Payment refused"),
    "reject": _("Rejected"),
    "release": _("Released"),
    "remove": _("Removed"),
    "remove_push_keys": _("Push keys removed"),
    "rename": _("Renamed"),
    "replay": _("Pushed again"),
    "resend": _("Sent again"),
    "reset_secret": _("Secret reset"),
    "restore": _("Restored"),
    "resubmit": _("Submitted again"),
    "revoke": _("Revoked"),
    "send_sample": _("Sample pushed"),
    "send_test": _("Test sent"),
    "set_alarms": _("Alarms set"),
    "set_charging": _("Charging set"),
    "set_push_keys": _("Push keys set"),
    "set_quota": _("Quota set"),
    "submit": _("Submitted"),
    "suspend": _("Suspended"),
    "update": _("Changed"),
    "upload": _("Uploaded"),
    "urge": _("Urged"),
    "view": _("Looked at"),
    "view_secret": _("Secret looked at"),
    "withdraw": _("Withdrawn"),
}
OBJECTS: dict[str, "Sentence"] = {
    "access_key": _("Access key"),
    "agreement": _("Service agreement"),
    "application": _("Application"),
    "audit_trail": _("Audit trail"),
    "billingaccount": _("Balance"),
    "callback": _("Callback"),
    "contact": _("Contact"),
    "customer": _("Account"),
    "evidence": _("Paper"),
    "export": _("Export"),
    "frequencypolicy": _("Sending frequency"),
    "grouptask": _("Group task"),
    "invitation": _("Invitation"),
    "membership": _("Member"),
    "numberrule": _("Number control"),
    "package": _("Package"),
    "penalty": _("Violation"),
    "purchase": _("Order"),
    "qualification": _("Qualification"),
    "quotarequest": _("Quota request"),
    "realname": _("Real-name authentication"),
    "signature": _("Signature"),
    "template": _("Template"),
    "threshold": _("Traffic thresholds"),
    "ticket": _("Ticket"),
    "ticket_file": _("File of a ticket"),
    "token": _("Token for the API"),
    "uploaded_file": _("Uploaded paper"),
    "webhook": _("Webhook"),
}
FIELDS: dict[str, "Sentence"] = {
    "action": _("Action"),
    "agreement": _("Agreement version"),
    "amount": _("Amount"),
    "balance_alarm": _("Balance alarm"),
    "codes": _("Codes"),
    "country": _("Country or region"),
    "count": _("Count"),
    "details": _("Contact"),
    "failures": _("Failed attempts"),
    "file_name": _("File"),
    "first": _("Numbers"),
    "industry": _("Industry"),
    "kind": _("Kind"),
    "level": _("Level"),
    "messages": pgettext_lazy("how many", "Messages"),
    "mobile": _("Mobile number"),
    "owner": _("Owner"),
    "payment": _("Payment method"),
    "previous_secret_until": _("Old secret works until"),
    "price": _("Price"),
    "push_ak": _("Push AK"),
    "reasons": _("Reasons"),
    "reports": _("Status reports"),
    "role": _("Role"),
    "rule": _("Rule"),
    "seconds": _("Seconds"),
    "service": _("Message & SMS"),
    "state": _("State"),
    "status": _("Status"),
    "until": _("Until"),
    "url": _("Address"),
    "user": _("Person"),
    "version": _("Version"),
    "what": _("What"),
}
"""What is recorded under names that are no fields of the object's model."""

INTERNAL = frozenset({"assignee", "case", "sha256"})
"""What is recorded for operations only."""

_MODELS = {"access_key": "accesskey"}


def verb_of(name: str) -> "Sentence":
    return VERBS.get(name) or capfirst(name.replace("_", " "))


def object_of(name: str) -> "Sentence":
    return OBJECTS.get(name) or capfirst(name.replace("_", " "))


def field_of(object_type: str, name: str) -> str:
    """What a field is called: as the model says, else by the table above."""
    field = _field(object_type, name)
    if name in FIELDS:
        return str(FIELDS[name])
    return str(capfirst(field.verbose_name if field else name.replace("_", " ")))


def value_of(object_type: str, name: str, value: object) -> str:
    """A recorded value as people write it."""
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list):
        return ", ".join(value_of(object_type, name, one) for one in value)
    if isinstance(value, dict):
        named = ((field_of(object_type, key), one) for key, one in value.items())
        return ", ".join(f"{label}: {value_of(object_type, '', one)}" for label, one in named)
    field = _field(object_type, name)
    choices: dict[Any, Any] = dict(field.flatchoices) if field else {}
    return str(choices.get(value, value))


@cache
def _field(object_type: str, name: str) -> "Field[Any, Any] | None":
    """The model field that an event tells of, where there is one."""
    wanted = _MODELS.get(object_type, object_type)
    for app in ("customers", "reviews", "messaging"):
        try:
            found = apps.get_model(app, wanted)._meta.get_field(name)
        except (LookupError, FieldDoesNotExist):
            continue
        return found if isinstance(found, Field) else None
    return None
