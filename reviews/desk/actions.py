"""What a reviewer does on a case page: approve, reject, assign a channel number."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext

from common.errors import Refusal
from customers.admin_base import ip_address, staff_member
from reviews.desk.forms import ApproveForm, ChannelNumberForm, RejectForm, approve_form
from reviews.models import Signature, Submission
from reviews.services import decide, signatures


class CaseForms:
    """The forms of a case page; the one that was posted is bound."""

    def __init__(self, case: Submission, data: QueryDict | None = None) -> None:
        posted = data.get("action") if data is not None else None
        self.approve: ApproveForm = approve_form(
            case, data if posted == "approve" else None, prefix="approve"
        )
        self.reject = RejectForm(data if posted == "reject" else None, case=case, prefix="reject")
        self.assign = ChannelNumberForm(data if posted == "assign" else None, prefix="assign")


def act(request: HttpRequest, case: Submission, shown: CaseForms) -> str | None:
    """Carry out what was posted; return the sentence that says what was done.

    Returns None when the posted form has errors: those of its fields, or the refusal of the
    service at the field it is about. Raises BadRequest for an action the case does not have.
    """
    form, action = _posted(request, case, shown)
    if not form.is_valid():
        return None
    try:
        return action(**form.cleaned_data)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def _posted(
    request: HttpRequest, case: Submission, shown: CaseForms
) -> tuple[forms.Form, Callable[..., str]]:
    origin: dict[str, Any] = {"ip_address": ip_address(request)}
    member = staff_member(request)

    def approve(**fields: Any) -> str:
        decide.approve(submission=case, reviewer=member, **fields, **origin)
        return gettext("“%(object)s” is approved.") % {"object": case.title}

    def reject(**fields: Any) -> str:
        decide.reject(submission=case, reviewer=member, **fields, **origin)
        return gettext("“%(object)s” is rejected; the customer reads your comment.") % {
            "object": case.title
        }

    def assign(channel_number: str) -> str:
        decide.check_stranger(case, member)
        signatures.assign_channel_number(
            signature=Signature.objects.get(pk=case.object_id),
            channel_number=channel_number,
            actor=member,
            **origin,
        )
        return gettext("“%(object)s” has the channel number %(number)s and is usable.") % {
            "object": case.title,
            "number": channel_number,
        }

    match request.POST.get("action"):
        case "approve":
            return shown.approve, approve
        case "reject":
            return shown.reject, reject
        case "assign" if case.kind == Submission.Kind.SIGNATURE:
            return shown.assign, assign
    raise BadRequest("The case has no such action.")
