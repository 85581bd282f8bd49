"""Who works on a case: claiming, giving back, handing on (spec console §15.2, no. 1).

A claim runs out after `SMS_CLAIM_MINUTES`, so that nobody's lunch blocks a case.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from customers.models import User
from reviews.models import Submission
from reviews.roles import REASSIGN
from reviews.services import rights, submissions
from reviews.services.kinds import kind_named


@transaction.atomic
def claim(*, submission: Submission, reviewer: User, ip_address: str | None = None) -> Submission:
    """Take a case; claiming it again starts the time anew.

    Refuses a closed case, one that a colleague holds, and a reviewer who may not decide it.
    """
    case = locked(submission)
    require_waiting(case)
    rights.require(reviewer, kind_named(case.kind).permission, customer=case.customer)
    require_free(case, reviewer)
    return _assign("claim", case, reviewer, reviewer, ip_address)


@transaction.atomic
def release(*, submission: Submission, reviewer: User, ip_address: str | None = None) -> Submission:
    """Give a case back to the queue; refuses a case that is closed or somebody else's."""
    case = locked(submission)
    require_waiting(case)
    if case.assignee_id != reviewer.pk:
        raise Refusal(
            "case_not_yours",
            _("“%(case)s” is not assigned to you, so you cannot give it back."),
            params={"case": case.title},
        )
    return _assign("release", case, None, reviewer, ip_address)


@transaction.atomic
def reassign(
    *, submission: Submission, to: User, by: User, ip_address: str | None = None
) -> Submission:
    """Hand a case to a colleague: one's own, or anybody's for those who may reassign.

    Refuses a closed case, somebody else's case without that right, and a colleague who may not
    decide it.
    """
    case = locked(submission)
    require_waiting(case)
    permission = kind_named(case.kind).permission
    is_own = case.assignee_id == by.pk
    rights.require(by, permission if is_own else REASSIGN, customer=case.customer)
    rights.require(to, permission, customer=case.customer)
    return _assign("reassign", case, to, by, ip_address)


def locked(submission: Submission) -> Submission:
    """The case as it is now, held until the transaction ends."""
    return (
        Submission.objects.select_for_update(of=("self",))
        .select_related("customer", "assignee")
        .get(pk=submission.pk)
    )


def require_waiting(case: Submission) -> None:
    """Refuse a case that was closed meanwhile."""
    if not case.is_waiting:
        raise Refusal(
            "case_closed",
            _("“%(case)s” has been closed meanwhile (%(state)s). Nothing was changed."),
            params={"case": case.title, "state": case.get_state_display()},
        )


def require_free(case: Submission, reviewer: User) -> None:
    """Refuse a case that a colleague holds."""
    if case.is_claimed_by_others(reviewer):
        until = timezone.localtime(case.claim_ends_at)
        raise Refusal(
            "case_claimed",
            _(
                "%(colleague)s works on “%(case)s” until %(until)s. "
                "Take another case, or have this one handed over."
            ),
            params={
                "colleague": str(case.assignee),
                "case": case.title,
                "until": f"{until:%H:%M}",
            },
            permanent=False,
        )


def _assign(
    verb: str, case: Submission, to: User | None, actor: User, ip_address: str | None
) -> Submission:
    before = {"assignee": str(case.assignee) if case.assignee else ""}
    case.assignee = to
    case.claimed_at = timezone.now() if to else None
    case.version += 1
    case.save(update_fields=["assignee", "claimed_at", "version"])
    submissions.record(
        verb,
        submissions.subject_of(case),
        actor=actor,
        ip_address=ip_address,
        before=before,
        after={"assignee": str(to) if to else "", "case": case.pk},
    )
    return case
