"""What the page of a group task shows in each of its states (spec console §9.3)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import ngettext

from common import codes
from common.clock import now
from customers.models import Customer
from messaging.groups.estimate import estimate_of
from messaging.groups.preview import first_rows
from messaging.groups.progress import (
    Point,
    Progress,
    check_progress_of,
    progress_of,
    series_of,
    unsent_of,
)
from messaging.models import GroupProblem, GroupTask, RecipientList
from messaging.services.verdict import CodeMeaning, meaning_of_code
from portal import group_steps
from portal.group_pictures import picture_of
from reviews.models import Signature, Template

State = GroupTask.State
Context = dict[str, Any]

FIRST_ROWS = 3
RELATED = ("application", "signature", "template__version", "customer", "created_by")
SOON = timedelta(minutes=5)
OFTEN_S, SELDOM_S = 2, 30
"""How often a page asks again: while something happens, and while a task waits for its time."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Numbers that failed with one code, with what it means and what to do."""

    code: str
    count: int
    meaning: CodeMeaning

    @property
    def is_worth_resending(self) -> bool:
        return codes.status_code(self.code).is_worth_resending


@dataclass(frozen=True, slots=True)
class Objection:
    """Why some rows are left out, as something to do."""

    problem: GroupProblem

    @property
    def action(self) -> str:
        count = self.problem.count
        return ACTIONS[self.problem.category](count) % {"count": f"{count:,}"}


def can_create(customer: Customer) -> bool:
    """Whether the customer has what a group task needs: a usable signature and template."""
    signatures = Signature.objects.for_customer(customer).usable()
    return signatures.exists() and Template.objects.for_customer(customer).usable().exists()


def find_task(customer: Customer, public_id: UUID) -> GroupTask:
    """A task of the customer with all its page names; 404 for any other's."""
    own = GroupTask.objects.for_customer(customer).select_related(*RELATED)
    return get_object_or_404(own, public_id=public_id)


def find_list(customer: Customer, public_id: UUID) -> RecipientList:
    """A recipient list of the customer; 404 for any other's."""
    return get_object_or_404(RecipientList.objects.for_customer(customer), public_id=public_id)


def page_of(task: GroupTask) -> str:
    """The name of a template of `portal/groups/states`."""
    if task.state == State.FAILED and task.started_at:
        return "sending"
    return PAGES[State(task.state)]


def context_of(task: GroupTask) -> Context:
    """Everything the page shows, in a constant number of queries, however many rows there are."""
    page = page_of(task)
    return {
        "task": task,
        "page": page,
        "state_page": f"portal/groups/states/{page}.html",
        "left_out": task.total_rows - task.valid_rows,
        "poll_s": OFTEN_S if task.state in MOVING else None,
        **CONTEXTS.get(page, _nothing)(task),
    }


def objections_of(task: GroupTask) -> list[Objection]:
    """What is to be corrected first, what only needs to be known last."""
    urgency = list(ACTIONS)
    problems = sorted(task.problems.all(), key=lambda one: urgency.index(one.category))
    return [Objection(problem) for problem in problems]


def failures_of(progress: Progress) -> list[Failure]:
    return [Failure(code, count, meaning_of_code(code)) for code, count in progress.failures]


def first_texts(task: GroupTask) -> list[str]:
    """The first messages as their recipients will read them."""
    return [row.text for row in first_rows(task, count=FIRST_ROWS)]


def _checking(task: GroupTask) -> Context:
    return {"check": check_progress_of(task), "steps": group_steps.steps("check")}


def _checked(task: GroupTask) -> Context:
    return {
        "problems": objections_of(task),
        "texts": first_texts(task),
        "estimate": estimate_of(task),
        "steps": group_steps.steps(
            "check", urls={"recipients": reverse("portal:group-replace", args=[task.public_id])}
        ),
    }


def _pending(task: GroupTask) -> Context:
    is_soon = task.scheduled_at is None or task.scheduled_at < now() + SOON
    return {
        "texts": first_texts(task),
        "estimate": estimate_of(task, at=task.scheduled_at),
        "poll_s": OFTEN_S if is_soon else SELDOM_S,
    }


def _sending(task: GroupTask) -> Context:
    progress = progress_of(task)
    is_open = progress.accepted > progress.delivered + progress.failed
    return {
        "progress": progress,
        "failures": failures_of(progress),
        "unsent": unsent_of(task),
        "picture": picture_of(_course(task, progress), total=progress.total),
        "is_sending": task.state == State.SUBMITTING,
        "is_paused": task.state == State.PAUSED,
        "is_stopped": task.state == State.STOPPED,
        "poll_s": OFTEN_S if is_open or task.state == State.SUBMITTING else None,
    }


def _course(task: GroupTask, progress: Progress) -> list[Point]:
    """The figures from the start over each full span until now."""
    if task.started_at is None:
        return []
    latest = Point(
        task.counted_at or now(),
        progress.accepted,
        progress.sent,
        progress.delivered,
        progress.failed,
    )
    between = [point for point in series_of(task) if point.at < latest.at]
    return [Point(task.started_at, 0, 0, 0, 0), *between, latest]


def _failed(task: GroupTask) -> Context:
    return {"problems": objections_of(task)}


def _nothing(_task: GroupTask) -> Context:
    return {}


ACTIONS: dict[str, Callable[[int], str]] = {
    "number": lambda n: ngettext("Correct %(count)s number", "Correct %(count)s numbers", n),
    "value": lambda n: ngettext(
        "Correct the values of %(count)s row", "Correct the values of %(count)s rows", n
    ),
    "blocked": lambda n: ngettext(
        "%(count)s number is blocked: it is not sent to",
        "%(count)s numbers are blocked: they are not sent to",
        n,
    ),
    "duplicate": lambda n: ngettext(
        "%(count)s row repeats another: nothing to do",
        "%(count)s rows repeat others: nothing to do",
        n,
    ),
}
"""What to do about the problems of a category, for so many rows; the most urgent one first."""

PAGES = {
    State.CHECKING: "checking",
    State.CHECKED: "checked",
    State.PENDING: "pending",
    State.SUBMITTING: "sending",
    State.PAUSED: "sending",
    State.STOPPED: "sending",
    State.SUCCEEDED: "sending",
    State.FAILED: "failed",
    State.CANCELED: "canceled",
}

CONTEXTS: dict[str, Callable[[GroupTask], Context]] = {
    "checking": _checking,
    "checked": _checked,
    "pending": _pending,
    "sending": _sending,
    "failed": _failed,
}

MOVING = (State.CHECKING, State.PENDING, State.SUBMITTING)
"""States that a task leaves without anyone doing anything."""
