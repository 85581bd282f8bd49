"""What each status means, and what the customer does next (spec console §6.3, §7.4, §8.4)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from customers.models import QuotaRequest
from reviews.models import Qualification, Signature, Template

if TYPE_CHECKING:
    from common.errors import Sentence


@dataclass(frozen=True, slots=True)
class Advice:
    """A status in a sentence, and the next step; `tells_refusal` adds what the reviewer wrote."""

    meaning: "Sentence"
    next: "Sentence" = ""
    tells_refusal: bool = False


def advice_on(thing: Model) -> Advice:
    """What to say about an object in its present status."""
    return ADVICE[type(thing)][getattr(thing, "status")]  # noqa: B009  (any reviewed model)


ADVICE: dict[type[Model], dict[str, Advice]] = {
    Qualification: {
        Qualification.Status.PENDING_REVIEW: Advice(
            _("The papers are being checked."),
            _("Signatures may be applied for already; they wait for this qualification."),
        ),
        Qualification.Status.APPROVED: Advice(
            _("Approved: choose it when you apply for signatures."),
            _(
                "It cannot be changed any more, its letter of authorization included. "
                "When something has changed, file a new qualification."
            ),
        ),
        Qualification.Status.REJECTED: Advice(
            _("The qualification was rejected."),
            _("Change it and submit it again."),
            tells_refusal=True,
        ),
        Qualification.Status.WITHDRAWN: Advice(
            _("You withdrew it; nobody reviews it now."),
            _("Change it and submit it again, or delete it."),
        ),
    },
    Signature: {
        Signature.Status.PENDING_QUALIFICATION_REVIEW: Advice(
            _("Waiting for its qualification: the review begins when that is approved."),
            _("Nothing to do for you. Look at the qualification for its due time."),
        ),
        Signature.Status.PENDING_REVIEW: Advice(
            _("The name and its source are being checked."),
            _("Templates may be applied for already; they wait for the signature."),
        ),
        Signature.Status.REVIEW_NOT_PASS: Advice(
            _("The signature was rejected."),
            _("Change it and submit it again, or delete it."),
            tells_refusal=True,
        ),
        Signature.Status.PROCESSING: Advice(
            _("The name is approved. Its channel number is being set up, in 15 to 30 minutes."),
            _("Nothing to do for you. It can be sent with once it has its channel number."),
        ),
        Signature.Status.REAL_NAME_REGISTRATING: Advice(
            _("The carriers are registering the signature under its owner's real name."),
            _("Nothing to do for you. It can be sent with when they have registered it."),
        ),
        Signature.Status.REVIEW_PROCESSING_COMPLETED: Advice(
            _("Ready to use: choose it for templates, in the send API and in group tasks."),
            _("Name and channel number cannot be changed. For another name, apply for another."),
        ),
        Signature.Status.TO_BE_ACTIVATED: Advice(
            _("Out of use: the time for which it is kept during arrears is over."),
            _("Have it activated to send with it again, or delete it."),
            tells_refusal=True,
        ),
        Signature.Status.PENDING_ACTIVATE: Advice(
            _("You asked for its activation; nothing can be sent with it until it is decided."),
        ),
        Signature.Status.REVIEW_PASSED: Advice(
            _("It can be sent with, but has no qualification; carriers may block its messages."),
            _("Supplement its qualification."),
            tells_refusal=True,
        ),
        Signature.Status.REVIEW_PASSED_QUALIFICATION_PROCESSING: Advice(
            _("It can be sent with while its qualification is compared; sending may fail."),
        ),
        Signature.Status.REVIEW_PASSED_REAL_NAME_REGISTRATING: Advice(
            _("It can be sent with while the carriers register it; sending may fail until then."),
            _("Nothing to do for you."),
        ),
        Signature.Status.REVIEW_PASSED_REAL_NAME_REGISTRATE_FAIL: Advice(
            _("It can be sent with, but a carrier refused its registration; sending may fail."),
            _("See below what the carrier said, and supplement a qualification that fits."),
        ),
    },
    Template: {
        Template.Status.PENDING: Advice(
            _("It has not been submitted; nobody reviews it now."),
            _("Submit it as it is, change it first, or delete it."),
        ),
        Template.Status.SIGN_REVIEWING: Advice(
            _("Waiting for its signature: the review begins when the signature is approved."),
            _("Withdraw it if you want to change or delete it."),
        ),
        Template.Status.REVIEWING: Advice(
            _("The text is being checked."),
            _("Withdraw it if you want to change or delete it."),
        ),
        Template.Status.ADOPTED: Advice(
            _("Approved: send it with its template ID, or to a group."),
            _("To change the text, disable the template first. Renaming is always possible."),
        ),
        Template.Status.ADOPTED_INACTIVE: Advice(
            _("Operations took it out of use: carriers no longer allow its content."),
            _("It cannot be restored. Apply for another template, and delete this one."),
            tells_refusal=True,
        ),
        Template.Status.REJECT: Advice(
            _("The template was rejected."),
            _("Change it and submit it again, or delete it."),
            tells_refusal=True,
        ),
        Template.Status.DISABLE: Advice(
            _("You disabled it: nothing can be sent with it."),
            _("Change it and submit it again, or delete it."),
        ),
    },
    QuotaRequest: {
        QuotaRequest.Status.SUBMITTED: Advice(_("The request is being decided.")),
        QuotaRequest.Status.APPROVED: Advice(_("Granted: the new quota is in force.")),
        QuotaRequest.Status.REJECTED: Advice(
            _("The request was refused."),
            _("Ask again and say more exactly what you need it for."),
            tells_refusal=True,
        ),
    },
}
