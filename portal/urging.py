"""Asking for a decision that is overdue (spec console §7.5)."""

from django.utils.translation import gettext as _

from common.peers import address_of
from portal.access import MemberRequest
from portal.history import Reviewed
from portal.refusals import told
from reviews.services.submissions import cases_of, urge


def urge_case(request: MemberRequest, reviewed: Reviewed) -> None:
    """Urge the object's case, and tell on the next page what came of it."""
    case = cases_of(reviewed).order_by("-id").first()
    if case is None:
        return
    with told(request, _("Urged: the operations managers take it before all others.")):
        urge(
            submission=case,
            reason=request.POST.get("reason", ""),
            actor=request.user,
            ip_address=address_of(request),
        )
