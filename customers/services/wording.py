"""What notices say, in the language of whoever reads them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Notice

if TYPE_CHECKING:
    from common.errors import Sentence

Event = Notice.Event
Told = Literal["topic", "owners", "all"]

SMS_VALUE_LENGTH = 20
"""The longest value of a variable of kind TEXT (spec console §8.3)."""

_NOT_IN_SMS = str.maketrans("", "", ".。'‘’<>{}")
_SMS_LANGUAGE = "zh-hans"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of an event; `%(name)s` is the object's name, `%(comment)s` a reviewer's words.

    `what` and `outcome` are the two short values of the SMS beside the name. `topic` says which
    contacts are told; without one only the message centre is. Events that must be told by e-mail
    go to the `owners`, or to them and `all` contacts whatever they chose (spec console §15.9).
    """

    subject: "Sentence"
    what: "Sentence"
    outcome: "Sentence"
    topic: Contact.Topic | None
    advice: "Sentence" = ""
    told: "Told" = "topic"


_QUALIFICATION = _("qualification")
_SIGNATURE = _("signature")
_TEMPLATE = _("template")
_QUOTA = _("quota request")
_APPROVED = _("was approved")
_REJECTED = _("was rejected")
_APPLICATION = _("application")
_ACCOUNT = _("account")
_BALANCE = _("balance")
_PACKAGES = _("packages")
_ORDER = _("order")
_REAL_NAME = _("real-name authentication")
_DAILY_ALARM = _("daily alarm value")
_DAILY_LIMIT = _("daily limit")
_MONTHLY_ALARM = _("monthly alarm value")
_MONTHLY_LIMIT = _("monthly limit")
_TRAFFIC = _("traffic")
_CHANGE = _("Change it as the review comment says and submit it again.")

WORDINGS: dict[str, Wording] = {
    Event.QUALIFICATION_APPROVED: Wording(
        _("The qualification “%(name)s” was approved"),
        _QUALIFICATION,
        _APPROVED,
        Contact.Topic.QUALIFICATION,
    ),
    Event.QUALIFICATION_REJECTED: Wording(
        _("The qualification “%(name)s” was rejected"),
        _QUALIFICATION,
        _REJECTED,
        Contact.Topic.QUALIFICATION,
        _CHANGE,
    ),
    Event.SIGNATURE_APPROVED: Wording(
        _("The signature “%(name)s” was approved"), _SIGNATURE, _APPROVED, Contact.Topic.SIGNATURE
    ),
    Event.SIGNATURE_REJECTED: Wording(
        _("The signature “%(name)s” was rejected"),
        _SIGNATURE,
        _REJECTED,
        Contact.Topic.SIGNATURE,
        _CHANGE,
    ),
    Event.SIGNATURE_ACTIVATED: Wording(
        _("The signature “%(name)s” is active again"),
        _SIGNATURE,
        _("is active again"),
        Contact.Topic.SIGNATURE,
    ),
    Event.SIGNATURE_NOT_ACTIVATED: Wording(
        _("The signature “%(name)s” was not activated"),
        _SIGNATURE,
        _("was not activated"),
        Contact.Topic.SIGNATURE,
        _("Read the review comment, then apply for the activation again."),
    ),
    Event.SUPPLEMENT_APPROVED: Wording(
        _("The qualification of the signature “%(name)s” was approved"),
        _QUALIFICATION,
        _APPROVED,
        Contact.Topic.SIGNATURE,
    ),
    Event.SUPPLEMENT_REJECTED: Wording(
        _("The qualification of the signature “%(name)s” was rejected"),
        _QUALIFICATION,
        _REJECTED,
        Contact.Topic.SIGNATURE,
        _("Read the review comment, then supplement a qualification that fits."),
    ),
    Event.TEMPLATE_APPROVED: Wording(
        _("The template “%(name)s” was approved"), _TEMPLATE, _APPROVED, Contact.Topic.TEMPLATE
    ),
    Event.TEMPLATE_REJECTED: Wording(
        _("The template “%(name)s” was rejected"),
        _TEMPLATE,
        _REJECTED,
        Contact.Topic.TEMPLATE,
        _CHANGE,
    ),
    Event.TEMPLATE_DEACTIVATED: Wording(
        _("The template “%(name)s” was deactivated"),
        _TEMPLATE,
        _("was deactivated"),
        Contact.Topic.TEMPLATE,
        _("It cannot be used any more. Apply for a new template with other words."),
    ),
    Event.QUOTA_GRANTED: Wording(
        _("The quota request “%(name)s” was granted"), _QUOTA, _("was granted"), None
    ),
    Event.QUOTA_REFUSED: Wording(
        _("The quota request “%(name)s” was refused"), _QUOTA, _("was refused"), None
    ),
    Event.REAL_NAME_APPROVED: Wording(
        _("The real-name authentication of “%(name)s” was approved"),
        _REAL_NAME,
        _APPROVED,
        None,
        _("The owner can enable Message & SMS now."),
        "owners",
    ),
    Event.REAL_NAME_REJECTED: Wording(
        _("The real-name authentication of “%(name)s” was rejected"),
        _REAL_NAME,
        _REJECTED,
        None,
        _CHANGE,
        "owners",
    ),
    Event.DETAILS_WANTED: Wording(
        _("Message & SMS is enabled for “%(name)s”: add the account details"),
        _ACCOUNT,
        _("needs details"),
        None,
        _("Say whom we can reach. Until then a banner reminds you on every page."),
    ),
    Event.APPLICATION_SUSPENDED: Wording(
        _("The application “%(name)s” was suspended"),
        _APPLICATION,
        _("was suspended"),
        None,
        _("It sends nothing now. Put right what the reason names, then write a ticket."),
        "all",
    ),
    Event.APPLICATION_RESTORED: Wording(
        _("The application “%(name)s” was restored"),
        _APPLICATION,
        _("was restored"),
        None,
        told="all",
    ),
    Event.ACCOUNT_FROZEN: Wording(
        _("The account of “%(name)s” was frozen"),
        _ACCOUNT,
        _("was frozen"),
        None,
        _("Nothing is sent and nothing can be added. Put right what the reason names."),
        "all",
    ),
    Event.ACCOUNT_RELEASED: Wording(
        _("The account of “%(name)s” was released"),
        _ACCOUNT,
        _("was released"),
        None,
        told="all",
    ),
    Event.PENALTY_REMINDER: Wording(
        _("Reminder to rectify for “%(name)s”"),
        _ACCOUNT,
        _("has to be rectified"),
        None,
        _("Put it right now: after three reminders in a row the business is closed."),
        "all",
    ),
    Event.TICKET_ANSWERED: Wording(
        _("The ticket “%(name)s” was answered"), _("ticket"), _("was answered"), None, told="owners"
    ),
    Event.NUMBER_RESTORED: Wording(
        _("The number %(name)s was taken off the list"),
        _("number"),
        _("was taken off the list"),
        None,
    ),
    Event.NUMBER_NOT_RESTORED: Wording(
        _("The number %(name)s stays on the list"), _("number"), _("stays on the list"), None
    ),
    Event.PACKAGE_LOW: Wording(
        _("Your packages are nearly used up: %(name)s message parts are left"),
        _PACKAGES,
        _("are nearly used up"),
        Contact.Topic.TRAFFIC,
        _("When they are used up, messages are paid from the balance."),
    ),
    Event.BALANCE_LOW: Wording(
        _("Your balance is nearly used up: %(name)s are left"),
        _BALANCE,
        _("is nearly used up"),
        Contact.Topic.TRAFFIC,
        _("Top up before it ends, so that sending goes on."),
        told="owners",
    ),
    Event.ARREARS_BEGAN: Wording(
        _("The account %(name)s is in arrears: sending has stopped"),
        _ACCOUNT,
        _("is in arrears"),
        Contact.Topic.TRAFFIC,
        _("Top up: sending goes on at once. Signatures and templates are kept for now."),
        told="owners",
    ),
    Event.RETENTION_BEGAN: Wording(
        _("The grace period of the account %(name)s is over, the retention period began"),
        _ACCOUNT,
        _("is in the retention period"),
        Contact.Topic.TRAFFIC,
        _("Top up before it ends: otherwise all signatures have to be activated again."),
        told="owners",
    ),
    Event.RETENTION_ENDED: Wording(
        _("The retention period of the account %(name)s is over"),
        _ACCOUNT,
        _("retention is over"),
        Contact.Topic.TRAFFIC,
        _("Top up, then activate the signatures: operations review each of them."),
        told="owners",
    ),
    Event.ARREARS_ENDED: Wording(
        _("The account %(name)s is out of arrears: sending goes on"),
        _ACCOUNT,
        _("is out of arrears"),
        Contact.Topic.TRAFFIC,
        told="owners",
    ),
    Event.PURCHASE_PAID: Wording(
        _("The order %(name)s is paid: it is in your account"),
        _ORDER,
        _("is paid"),
        None,
        told="owners",
    ),
    Event.PURCHASE_REFUSED: Wording(
        _("The payment of the order %(name)s was refused"),
        _ORDER,
        _("was refused"),
        None,
        _("Nothing was booked. Read the reason, then order again."),
        "owners",
    ),
    Event.DAILY_ALARM: Wording(
        _("Today's traffic reached the alarm value of %(name)s messages"),
        _DAILY_ALARM,
        _("was reached"),
        Contact.Topic.TRAFFIC,
        _("If this is right and more is to come, raise the daily limit in time."),
    ),
    Event.DAILY_LIMIT: Wording(
        _("Today's traffic is at the limit of %(name)s messages: sending has stopped"),
        _DAILY_LIMIT,
        _("was reached"),
        Contact.Topic.TRAFFIC,
        _("What does not fit is refused with E000623 until the next day. Raise the daily limit."),
    ),
    Event.MONTHLY_ALARM: Wording(
        _("This month's traffic reached the alarm value of %(name)s messages"),
        _MONTHLY_ALARM,
        _("was reached"),
        Contact.Topic.TRAFFIC,
        _("If this is right and more is to come, raise the monthly limit in time."),
    ),
    Event.MONTHLY_LIMIT: Wording(
        _("This month's traffic is at the limit of %(name)s messages: sending has stopped"),
        _MONTHLY_LIMIT,
        _("was reached"),
        Contact.Topic.TRAFFIC,
        _(
            "What does not fit is refused with E000623 until the next month. "
            "Raise the monthly limit."
        ),
    ),
    Event.GUARD_ALARM: Wording(
        _("Messages came as in an attack: %(name)s"),
        _TRAFFIC,
        _("looks like an attack"),
        Contact.Topic.TRAFFIC,
        _(
            "What comes too fast is stopped with SC:0010 and not charged. Look who makes your "
            "service send: ask for a captcha, and limit how often one visitor may ask for a code."
        ),
    ),
}


def topic_of(event: str) -> Contact.Topic | None:
    """Which contacts are told of an event; None when only the message centre is."""
    return WORDINGS[event].topic


def told_of(event: str) -> Told:
    """Who must be told by e-mail of an event, whatever they chose; `topic` means nobody."""
    return WORDINGS[event].told


def subject_of(notice: Notice) -> str:
    """One line that says what happened, in the language that is active now."""
    return str(WORDINGS[notice.event].subject) % {"name": notice.params.get("name", "")}


def advice_of(notice: Notice) -> str:
    """What to do now; empty when there is nothing to do."""
    return str(WORDINGS[notice.event].advice)


def sms_values(notice: Notice) -> list[str]:
    """The three values of the notice template: what it is about, its name, what happened.

    Cut and cleaned to what a variable of kind TEXT may hold. Always in Chinese, as the template.
    """
    wording = WORDINGS[notice.event]
    with override(_SMS_LANGUAGE):
        values = (str(wording.what), notice.params.get("name", ""), str(wording.outcome))
        return [_fit(value) or gettext("(no name)") for value in values]


def _fit(value: str) -> str:
    return " ".join(value.translate(_NOT_IN_SMS).split())[:SMS_VALUE_LENGTH]
