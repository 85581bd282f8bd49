"""Which qualification a signature may be bound to (spec console §6.3)."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import Customer
from reviews.models import Qualification

_FIELD = "qualification"


def locked(qualification: Qualification | None) -> Qualification | None:
    """The qualification as it is now, locked so that no decision slips in before the binding."""
    if qualification is None:
        return None
    found: Qualification = Qualification.every.select_for_update(no_key=True).get(
        pk=qualification.pk
    )
    return found


def check(
    qualification: Qualification | None,
    *,
    customer: Customer,
    is_third_party: bool,
    is_required: bool,
) -> None:
    """Refuse a missing qualification, a stranger's, and one whose status or purpose does not fit.

    A signature without third-party rights takes a self-use qualification only, one with them a
    third-party one only. A pending qualification is accepted: the signature waits for it.
    """
    if qualification is None:
        if is_required:
            raise Refusal(
                "qualification_missing",
                _("Choose the qualification of the signature's owner. File one if there is none."),
                field=_FIELD,
            )
        return
    if qualification.customer_id != customer.pk or qualification.deleted_at is not None:
        raise Refusal(
            "qualification_unknown",
            _("There is no such qualification in your account. Choose one of your own."),
            field=_FIELD,
        )
    if not (qualification.is_approved or qualification.is_pending):
        raise Refusal(
            "qualification_not_approved",
            _(
                "The qualification “%(name)s” is “%(status)s”. "
                "Submit it again, or choose another one."
            ),
            field=_FIELD,
            params={"name": qualification.name, "status": qualification.get_status_display()},
        )
    if qualification.is_third_party != is_third_party:
        raise Refusal(
            "qualification_purpose",
            _(
                "The qualification “%(name)s” is for %(purpose)s. Third-party rights need a "
                "qualification for third-party use, your own name one for self-use."
            ),
            field=_FIELD,
            params={"name": qualification.name, "purpose": qualification.get_purpose_display()},
        )
