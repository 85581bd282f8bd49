"""The way from registering to enabling the service (spec console §2.1), as a customer stands."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers import payments
from customers.models import Customer, Profile
from portal.access import View
from reviews.models import RealName
from reviews.services.submissions import open_case_of

if TYPE_CHECKING:
    from common.errors import Sentence

    Row = tuple[Sentence, Sentence, bool, str]

DONE, NOW, WAITING, LATER = "done", "now", "waiting", "later"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is, how it stands, and why it cannot be done when it cannot."""

    title: "Sentence"
    note: "Sentence"
    state: str
    url_name: str = ""
    can_change: bool = False

    @property
    def url(self) -> str:
        return reverse(f"portal:{self.url_name}")

    @property
    def is_done(self) -> bool:
        return self.state == DONE

    @property
    def is_open(self) -> bool:
        """The step to be taken now."""
        return self.state == NOW


def steps_of(customer: Customer | None) -> list[Step]:
    """All steps in their order; the first that is not done is the one to take now."""
    profile = getattr(customer, "profile", None) or Profile()
    found = RealName.objects.for_customer(customer).first() if customer else None
    is_enabled = customer is not None and customer.is_enabled
    steps: list[Row] = [
        (_("Register with an e-mail address"), _("Proven by the code you got."), True, ""),
        (
            _("Bind a mobile number"),
            _mobile_note(profile),
            profile.is_mobile_bound,
            "registration-mobile",
        ),
        (
            _("Account information"),
            customer.name if customer and profile.information_at else _("Which enterprise it is."),
            profile.information_at is not None,
            "registration-information",
        ),
        (
            _("Payment method"),
            _payment_note(profile),
            profile.payment_at is not None,
            "registration-payment",
        ),
    ]
    if settings.SMS_REQUIRE_REAL_NAME or found:
        steps.append(
            (
                _("Enterprise real-name authentication"),
                _real_name_note(found),
                found is not None and found.is_approved,
                "registration-real-name",
            )
        )
    steps.append(
        (
            _("Enable Message & SMS"),
            _("The owner reads and accepts the service agreement."),
            is_enabled,
            "registration-enable",
        )
    )
    steps.append(
        (
            _("Account details"),
            _("Whom we can reach about this account."),
            profile.details_at is not None,
            "account",
        )
    )
    return list(_in_order(steps, found))


def _in_order(steps: "Sequence[Row]", found: RealName | None) -> Iterator[Step]:
    """Mark the first open step; one that waits for the review is nobody's turn here."""
    is_blocked = False
    for title, note, is_done, url_name in steps:
        if is_done:
            yield Step(title, note, DONE, url_name, can_change=bool(url_name) and not is_blocked)
        elif is_blocked:
            yield Step(title, note, LATER, url_name)
        else:
            is_blocked = True
            is_waiting = url_name == "registration-real-name" and found and found.is_pending
            yield Step(title, note, WAITING if is_waiting else NOW, url_name)


def _mobile_note(profile: Profile) -> "Sentence":
    if profile.is_mobile_bound:
        return _("Bound. It gets security codes and what cannot wait.")
    return _("A security code is sent to it by SMS.")


def _payment_note(profile: Profile) -> "Sentence":
    chosen = payments.provider_named(profile.payment_provider)
    return chosen.label if chosen else _("How your use is paid. No card is stored here.")


def _real_name_note(found: RealName | None) -> "Sentence":
    if found is None:
        return _("The enterprise's certificate is reviewed within three workdays.")
    if found.is_approved:
        return _("Approved.")
    if found.is_rejected:
        return _("Rejected. Read why, and submit it again.")
    case = open_case_of(found)
    if case is None:
        return _("Under review.")
    return _("Under review; decided by %(due)s.") % {"due": _moment(case.due_at)}


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def for_newcomers(view: View) -> View:
    """Let in members, and people without a customer account where anybody may register."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.membership is None:
            if request.user.is_staff:
                return redirect("admin:index")
            if not settings.SMS_REGISTRATION:
                return render(request, "portal/no_customer.html", status=403)
        return cast("Callable[..., HttpResponseBase]", view)(request, *args, **kwargs)

    return cast("View", guarded)
