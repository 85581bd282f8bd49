"""What a reviewer asks of the queue: kind, whose cases, which customer, a search."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Self
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q, QuerySet, Value
from django.http import QueryDict
from django.utils import timezone

from customers.models import QuotaRequest, User
from reviews.models import Signature, Submission, Template

_LONGEST_SEARCH = 128
_MOST_DIGITS = 18
_KINDS_OF = {
    Signature: (
        Submission.Kind.SIGNATURE,
        Submission.Kind.ACTIVATION,
        Submission.Kind.SUPPLEMENT,
    ),
    Template: (Submission.Kind.TEMPLATE,),
    QuotaRequest: (Submission.Kind.QUOTA,),
}
"""Objects that belong to an application, and the kinds of their cases."""

WHO = ("mine", "unclaimed")
FLAGS = ("overdue", "urged")
STATES = (*Submission.State.values, "all")


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """One view of the queue. Empty values do not filter; only open cases are shown by default."""

    kind: str = ""
    who: str = ""
    flag: str = ""
    customer: int | None = None
    application: int | None = None
    q: str = ""
    state: str = Submission.State.WAITING

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Read an address; what it does not know is left out."""
        return cls(
            kind=_one_of(Submission.Kind.values, query.get("kind")),
            who=_one_of(WHO, query.get("who")),
            flag=_one_of(FLAGS, query.get("flag")),
            customer=number_in(query.get("customer")),
            application=number_in(query.get("application")),
            q=query.get("q", "").replace("\0", "").strip()[:_LONGEST_SEARCH],
            state=_one_of(STATES, query.get("state")) or Submission.State.WAITING,
        )

    def cases(self, user: User) -> QuerySet[Submission]:
        """The cases, without an order; `user` is who "mine" means."""
        found = self.cases_of_every_kind(user)
        return found.filter(kind=self.kind) if self.kind else found

    def cases_of_every_kind(self, user: User) -> QuerySet[Submission]:
        """The same without the choice of a kind: what the tabs count."""
        return Submission.objects.filter(self._condition(user))

    def changed(self, **fields: Any) -> Self:
        """Another view, with some of the choices replaced."""
        return replace(self, **fields)

    @property
    def query(self) -> str:
        """The filter as the query of an address, such as `?kind=signature`; may be empty."""
        chosen = {
            "kind": self.kind,
            "who": self.who,
            "flag": self.flag,
            "customer": self.customer,
            "application": self.application,
            "q": self.q,
            "state": "" if self.is_of_open_cases else self.state,
        }
        query = urlencode({name: value for name, value in chosen.items() if value})
        return f"?{query}" if query else ""

    @property
    def is_of_open_cases(self) -> bool:
        return self.state == Submission.State.WAITING

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the kind is chosen."""
        return self.changed(kind="") != type(self)()

    def _condition(self, user: User) -> Q:
        condition = Q() if self.state == "all" else Q(state=self.state)
        if self.who == "mine":
            condition &= Q(assignee=user)
        elif self.who == "unclaimed":
            condition &= unclaimed()
        if self.flag == "overdue":
            condition &= Q(state=Submission.State.WAITING, due_at__lt=timezone.now())
        elif self.flag == "urged":
            condition &= Q(urged_at__isnull=False)
        if self.customer:
            condition &= Q(customer=self.customer)
        if self.application:
            condition &= _of_application(self.application)
        if self.q:
            condition &= Q(title__icontains=self.q) | Q(customer__name__icontains=self.q)
        return condition


def unclaimed() -> Q:
    """Cases nobody holds: never claimed, or claimed so long ago that it does not count."""
    oldest = timezone.now() - timedelta(minutes=settings.SMS_CLAIM_MINUTES)
    return Q(assignee=None) | Q(claimed_at=None) | Q(claimed_at__lte=oldest)


def _of_application(application: int) -> Q:
    """Cases name no application themselves; their objects do."""
    condition = Q()
    for model, kinds in _KINDS_OF.items():
        subjects = model._base_manager.filter(application=application).values("pk")
        condition |= Q(kind__in=kinds, object_id__in=subjects)
    return condition


def applications_of(cases: list[Submission]) -> dict[tuple[str, int], tuple[int, str]]:
    """ID and name of the application of each case that has one, by kind and object; one query."""
    parts = [
        model._base_manager.filter(
            pk__in={case.object_id for case in cases if case.kind in kinds},
            application__isnull=False,
        )
        .annotate(model=Value(model.__name__))
        .values_list("model", "pk", "application", "application__name")
        .order_by()
        for model, kinds in _KINDS_OF.items()
    ]
    kinds_of = {model.__name__: kinds for model, kinds in _KINDS_OF.items()}
    return {
        (kind, pk): (application, name)
        for model, pk, application, name in parts[0].union(*parts[1:])
        for kind in kinds_of[model]
    }


def _one_of(choices: Any, value: str | None) -> str:
    return value if value is not None and value in choices else ""


def number_in(text: str | None) -> int | None:
    """The number an address or a form names; None for anything that no row can have."""
    if text and text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        return int(text)
    return None
