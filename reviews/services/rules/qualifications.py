"""What a reviewer should look at in a qualification, and between it and a signature.

What an applicant can set right was refused when it was submitted; these are notes (console.md §6,
§15.2 “automatic pre-checks”).
"""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from common.clock import local_day, now
from reviews.models import Qualification, Signature
from reviews.services.rules.engine import Hit, Rule

SOON = timedelta(days=30)
"""A letter of authorization that ends within this time is worth a word to the customer."""

NAMED = 3


def _not_the_account(qualification: Qualification) -> Iterator[Hit]:
    own = qualification.customer.name
    if not qualification.is_third_party and qualification.enterprise_name != own:
        yield Hit((0, len(qualification.enterprise_name)), {"account": own})


def _is_the_account(qualification: Qualification) -> Iterator[Hit]:
    if (
        qualification.is_third_party
        and qualification.enterprise_name == qualification.customer.name
    ):
        yield Hit((0, len(qualification.enterprise_name)))


def _letter_ends(qualification: Qualification) -> Iterator[Hit]:
    until = qualification.authorization_until
    if until is not None and until < local_day(now()) + SOON:
        yield Hit(params={"until": until.isoformat()})


def _shared_administrator(qualification: Qualification) -> Iterator[Hit]:
    others = (
        Qualification.objects.for_customer(qualification.customer)
        .filter(administrator=qualification.administrator)
        .exclude(pk=qualification.pk)
        .exclude(enterprise_name=qualification.enterprise_name)
        .order_by("enterprise_name")
        .values_list("enterprise_name", flat=True)
        .distinct()[:NAMED]
    )
    if others:
        names = {"administrator": qualification.administrator, "others": "、".join(others)}
        yield Hit(params=names)


def _name_differs(signature: Signature) -> Iterator[Hit]:
    """A short name leaves characters of the full one out and adds none."""
    qualification = signature.qualification
    if qualification is None or signature.source != Signature.Source.ENTERPRISE:
        return
    left = iter(qualification.enterprise_name.casefold())
    if not all(character in left for character in signature.name.casefold()):
        yield Hit((0, len(signature.name)), {"enterprise": qualification.enterprise_name})


def _purpose_differs(signature: Signature) -> Iterator[Hit]:
    qualification = signature.qualification
    if qualification and qualification.is_third_party != signature.is_third_party:
        yield Hit(params={"purpose": qualification.get_purpose_display()})


def _not_approved(signature: Signature) -> Iterator[Hit]:
    qualification = signature.qualification
    if qualification and not qualification.is_approved:
        yield Hit(params={"status": qualification.get_status_display()})


def _bound_letter_ends(signature: Signature) -> Iterator[Hit]:
    if signature.qualification:
        yield from _letter_ends(signature.qualification)


QUALIFICATION_RULES: tuple[Rule[Qualification], ...] = (
    Rule(
        "qualification_enterprise",
        _not_the_account,
        _("For self-use, yet “%(found)s” is not the account's enterprise, %(account)s."),
        _("If it is another company, third-party use with a letter of authorization is needed."),
        is_blocking=False,
        field="enterprise_name",
    ),
    Rule(
        "qualification_own_enterprise",
        _is_the_account,
        _("For third-party use, yet “%(found)s” is the account's own enterprise."),
        _("Self-use needs no letter of authorization."),
        is_blocking=False,
        field="enterprise_name",
    ),
    Rule(
        "qualification_authorization",
        _letter_ends,
        _("The letter of authorization is valid until %(until)s."),
        _("It should cover the time in which the signature is used; ask for a new one."),
        is_blocking=False,
        field="authorization_until",
    ),
    Rule(
        "qualification_administrator",
        _shared_administrator,
        _("%(administrator)s is also the administrator of %(others)s."),
        _("Each company has an administrator of its own."),
        is_blocking=False,
        field="administrator",
    ),
)

BINDING_RULES: tuple[Rule[Signature], ...] = (
    Rule(
        "binding_name",
        _name_differs,
        _("“%(found)s” is neither the full nor a short name of %(enterprise)s."),
        _("Compare it with the certificate; a product, app or trademark is another source."),
        is_blocking=False,
        field="name",
    ),
    Rule(
        "binding_purpose",
        _purpose_differs,
        _("The qualification is for %(purpose)s, which does not fit the third-party rights."),
        _("Third-party rights go with third-party use, and only with it."),
        is_blocking=False,
        field="qualification",
    ),
    Rule(
        "binding_status",
        _not_approved,
        _("The qualification is “%(status)s”."),
        _("Decide on the qualification first."),
        is_blocking=False,
        field="qualification",
    ),
    Rule(
        "binding_authorization",
        _bound_letter_ends,
        _("The letter of authorization is valid until %(until)s."),
        _("It should cover the time in which the signature is used; ask for a new one."),
        is_blocking=False,
        field="qualification",
    ),
)
