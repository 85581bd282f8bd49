"""Everything a reviewer sees of one case."""

from dataclasses import dataclass
from functools import cached_property

from customers.models import User
from reviews.desk import checks, fields, history, profile
from reviews.desk.due import Due, DueClock
from reviews.desk.findings import CheckedText, checked_text
from reviews.desk.numbers import reveal
from reviews.desk.papers import Paper, papers_of
from reviews.desk.reasons import canned_texts
from reviews.models import CannedText, Filing, Note, Qualification, Submission
from reviews.roles import DEACTIVATE, REASSIGN, REOPEN
from reviews.services import rights, submissions
from reviews.services.kinds import kind_named
from reviews.services.workflow import Subject, kind_of


@dataclass(frozen=True, slots=True)
class Standing:
    """What one reviewer may do with a case as it is now."""

    is_allowed: bool
    """Their role allows deciding this kind of case."""

    is_own_customer: bool
    """They belong to the customer: then they may do nothing here."""

    holder: User | None
    """The colleague who works on it now."""

    is_mine: bool
    is_waiting: bool
    may_reassign: bool
    may_reopen: bool
    may_deactivate: bool
    may_assign_number: bool

    @property
    def may_act(self) -> bool:
        """Decide, claim and leave notes, as far as nobody else holds the case."""
        return self.is_allowed and not self.is_own_customer

    @property
    def may_decide(self) -> bool:
        return self.may_act and self.is_waiting and self.holder is None


class CasePage:
    """What was submitted, what the rules found, who submitted it, and what happened so far.

    The parts are read when the page asks for them, each in a fixed number of queries.
    """

    def __init__(self, case: Submission, reviewer: User) -> None:
        self.case = case
        self.reviewer = reviewer
        self.subject: Subject = submissions.subject_of(case)
        self.standing = standing_of(case, self.subject, reviewer)
        self.numbers: list[fields.Field] = []
        """The personal numbers of a qualification, once they were asked for."""

    @property
    def has_numbers(self) -> bool:
        """Whether there are personal numbers this reviewer may ask for."""
        return (
            isinstance(self.subject, Qualification)
            and self.subject.deleted_at is None
            and self.standing.may_decide
        )

    def reveal_numbers(self, ip_address: str | None) -> None:
        """Show the personal numbers, if there are any for this reviewer; it is logged."""
        if self.has_numbers:
            self.numbers = reveal(
                qualification=self.subject, viewer=self.reviewer, ip_address=ip_address
            )

    @cached_property
    def due(self) -> Due:
        return DueClock().due_of(self.case)

    @cached_property
    def previous(self) -> Submission | None:
        return fields.previous_of(self.case) if self.case.attempt > 1 else None

    @cached_property
    def fields(self) -> list[fields.Field]:
        return fields.fields_of(self.case, self.previous)

    @cached_property
    def changes(self) -> int:
        return sum(field.is_changed for field in self.fields)

    @cached_property
    def text(self) -> CheckedText | None:
        return checked_text(self.case, self.subject)

    @cached_property
    def papers(self) -> list[Paper]:
        return papers_of(self.subject, before=fields.papers_before(self.previous))

    @cached_property
    def checks(self) -> list[checks.Check]:
        return checks.checks_of(self.case)

    @cached_property
    def profile(self) -> profile.Profile:
        return profile.profile_of(self.case.customer, self.subject)

    @cached_property
    def events(self) -> list[history.Event]:
        return history.history_of(self.subject)

    @cached_property
    def attempts(self) -> list[Submission]:
        return history.attempts_of(self.subject)

    @property
    def can_be_reopened(self) -> bool:
        """Only the latest case about an object is opened again."""
        return self.standing.may_reopen and self.attempts[0] == self.case

    @cached_property
    def judgements(self) -> list[history.Judgement]:
        return history.judgements_of(self.subject)

    @cached_property
    def notes(self) -> list[Note]:
        """What colleagues wrote about this object, in all of its cases."""
        cases = submissions.cases_of(self.subject)
        return list(Note.objects.filter(submission__in=cases).select_related("author"))

    @cached_property
    def canned_texts(self) -> list[CannedText]:
        return canned_texts(self.case)

    @cached_property
    def filings(self) -> list[Filing]:
        """The carriers' registrations of a signature that has begun them."""
        if kind_of(self.subject) != Submission.Kind.SIGNATURE:
            return []
        return list(self.subject.filings.all())


def standing_of(case: Submission, subject: Subject, reviewer: User) -> Standing:
    """What a reviewer may do with a case; the services decide again when it is done."""
    is_own = rights.belongs_to(reviewer, case.customer_id)
    is_allowed = reviewer.has_perm(kind_named(case.kind).permission)
    is_mine = case.assignee_id == reviewer.pk
    is_free = is_allowed and not is_own
    return Standing(
        is_allowed=is_allowed,
        is_own_customer=is_own,
        holder=case.assignee if case.is_waiting and case.is_claimed_by_others(reviewer) else None,
        is_mine=is_mine,
        is_waiting=case.is_waiting,
        may_reassign=is_free and case.is_waiting and (is_mine or reviewer.has_perm(REASSIGN)),
        may_reopen=(
            not is_own and case.state == Submission.State.DECIDED and reviewer.has_perm(REOPEN)
        ),
        may_deactivate=(
            not is_own
            and case.kind == Submission.Kind.TEMPLATE
            and subject.is_usable
            and subject.deleted_at is None
            and reviewer.has_perm(DEACTIVATE)
        ),
        may_assign_number=(
            is_free
            and case.kind == Submission.Kind.SIGNATURE
            and subject.needs_channel_number
            and subject.deleted_at is None
        ),
    )
