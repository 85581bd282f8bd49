"""What a reviewer does on a case page, from the posted form to the service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.timezone import localtime
from django.utils.translation import gettext

from common.errors import Refusal
from customers.models import User
from reviews.desk.forms import (
    ApproveForm,
    ApproveSignatureForm,
    ChannelNumberForm,
    DeactivateForm,
    NoteForm,
    NothingForm,
    ReassignForm,
    RejectForm,
    ReopenForm,
)
from reviews.models import Submission
from reviews.services import claims, decide, notes, signatures, submissions, templates


@dataclass(frozen=True, slots=True)
class Doer:
    """Who acts, from where, and on which version of the case."""

    user: User
    ip_address: str | None
    version: int | None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done to a case.

    `carry_out` gets the form's values and returns the sentence that says what was done; it lets
    the refusals of the services through.
    """

    form: Callable[..., forms.Form]
    carry_out: Callable[[Submission, Doer, Mapping[str, Any]], str]
    is_decision: bool = False
    """The case is done with: the next one is opened."""

    kinds: frozenset[str] | None = None
    """The kinds of cases that have it; None means all."""

    def fits(self, case: Submission) -> bool:
        return self.kinds is None or case.kind in self.kinds


class CaseForms:
    """The forms of a case page; the one that was posted is bound and keeps what was typed."""

    def __init__(self, case: Submission, data: QueryDict | None = None) -> None:
        self.posted = data.get("action", "") if data is not None else ""
        self._forms = {
            name: action.form(data if name == self.posted else None, case=case, prefix=name)
            for name, action in ACTIONS.items()
            if action.fits(case)
        }

    def __getitem__(self, name: str) -> forms.Form:
        """The form of an action; templates write `forms.approve`."""
        return self._forms[name]

    @property
    def bound(self) -> forms.Form | None:
        """The form that was posted, if one was."""
        return self._forms.get(self.posted)

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What was typed into the posted form, to be kept where the form is no longer shown."""
        if self.bound is None:
            return []
        values = ((str(field.label), field.value()) for field in self.bound)
        return [(label, value) for label, value in values if isinstance(value, str) and value]


def act(case: Submission, shown: CaseForms, doer: Doer) -> str | None:
    """Carry out what was posted; return the sentence that says what was done.

    Returns None when the posted form has errors: those of its fields, or the refusal of the
    service at the field it is about. Raises KeyError for an action the case does not have.
    """
    form = shown[shown.posted]
    if not form.is_valid():
        return None
    try:
        return ACTIONS[shown.posted].carry_out(case, doer, form.cleaned_data)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def _approve(case: Submission, doer: Doer, values: Mapping[str, Any]) -> str:
    decide.approve(
        submission=case,
        reviewer=doer.user,
        version=doer.version,
        ip_address=doer.ip_address,
        **values,
    )
    return gettext("“%(object)s” is approved.") % {"object": case.title}


def _reject(case: Submission, doer: Doer, values: Mapping[str, Any]) -> str:
    decide.reject(
        submission=case,
        reviewer=doer.user,
        version=doer.version,
        ip_address=doer.ip_address,
        **values,
    )
    return gettext("“%(object)s” is rejected; the customer reads your comment.") % {
        "object": case.title
    }


def _claim(case: Submission, doer: Doer, _values: Mapping[str, Any]) -> str:
    claimed = claims.claim(submission=case, reviewer=doer.user, ip_address=doer.ip_address)
    return gettext("“%(object)s” is yours until %(time)s.") % {
        "object": case.title,
        "time": _clock(claimed),
    }


def _release(case: Submission, doer: Doer, _values: Mapping[str, Any]) -> str:
    claims.release(submission=case, reviewer=doer.user, ip_address=doer.ip_address)
    return gettext("“%(object)s” is back in the queue.") % {"object": case.title}


def _reassign(case: Submission, doer: Doer, values: Mapping[str, Any]) -> str:
    claims.reassign(submission=case, to=values["to"], by=doer.user, ip_address=doer.ip_address)
    return gettext("“%(object)s” is handed to %(colleague)s.") % {
        "object": case.title,
        "colleague": values["to"],
    }


def _note(case: Submission, doer: Doer, values: Mapping[str, Any]) -> str:
    notes.add_note(submission=case, author=doer.user, text=values["text"])
    return gettext("The note is kept.")


def _reopen(case: Submission, doer: Doer, values: Mapping[str, Any]) -> str:
    decide.reopen(
        submission=case, reviewer=doer.user, reason=values["reason"], ip_address=doer.ip_address
    )
    return gettext("“%(object)s” waits for a new decision.") % {"object": case.title}


def _assign(case: Submission, doer: Doer, values: Mapping[str, Any]) -> str:
    decide.check_stranger(case, doer.user)
    signatures.assign_channel_number(
        signature=submissions.subject_of(case),
        channel_number=values["channel_number"],
        actor=doer.user,
        ip_address=doer.ip_address,
    )
    return gettext("“%(object)s” has the channel number %(number)s.") % {
        "object": case.title,
        "number": values["channel_number"],
    }


def _deactivate(case: Submission, doer: Doer, values: Mapping[str, Any]) -> str:
    templates.deactivate(
        template=submissions.subject_of(case),
        reason=values["reason"],
        actor=doer.user,
        ip_address=doer.ip_address,
    )
    return gettext("“%(object)s” is deactivated; messages with it are refused from now on.") % {
        "object": case.title
    }


def _clock(case: Submission) -> str:
    return f"{localtime(case.claim_ends_at):%H:%M}"


def _plain(form: type[forms.Form]) -> Callable[..., forms.Form]:
    """A form that does not need to know the case."""

    def make(*args: Any, case: Submission, **kwargs: Any) -> forms.Form:
        return form(*args, **kwargs)

    return make


def _approve_form(*args: Any, case: Submission, **kwargs: Any) -> forms.Form:
    is_signature = case.kind == Submission.Kind.SIGNATURE
    return (ApproveSignatureForm if is_signature else ApproveForm)(*args, **kwargs)


ACTIONS: dict[str, Action] = {
    "claim": Action(_plain(NothingForm), _claim),
    "release": Action(_plain(NothingForm), _release),
    "reassign": Action(ReassignForm, _reassign),
    "approve": Action(_approve_form, _approve, is_decision=True),
    "reject": Action(RejectForm, _reject, is_decision=True),
    "note": Action(_plain(NoteForm), _note),
    "reopen": Action(_plain(ReopenForm), _reopen),
    "assign": Action(
        _plain(ChannelNumberForm), _assign, kinds=frozenset({Submission.Kind.SIGNATURE})
    ),
    "deactivate": Action(
        _plain(DeactivateForm), _deactivate, kinds=frozenset({Submission.Kind.TEMPLATE})
    ),
}
