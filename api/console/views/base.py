"""What every operation of the console API asks first."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from api.console.errors import NoSuchObjectError
from api.management.papers import parsed_id
from api.management.views.base import ListingView, ManagementView
from common.numbers import mask
from messaging.services.timeline import LONGEST_NUMBER


class ConsoleView(ManagementView):
    """An operation under `/v1/{project_id}/console`, called by a member of that account.

    Recognises callers, answers errors and pages lists as the management API does: all members
    read, owners and administrators change things.
    """

    def shown(self, number: str) -> str:
        """A recipient's number as the caller may see it: masked for those who may only look."""
        return number if self.member.can_send or not number else mask(number)

    def found(self, rows: QuerySet[Any], id: str, *, named: str = "id") -> Any:
        """The row of that public id among the customer's `rows`; raises `CONSOLE.0404`."""
        key = parsed_id(id)
        return _existing(rows.filter(public_id=key).first() if key else None, id, named)

    def numbered(self, rows: QuerySet[Any], id: str, *, named: str = "id") -> Any:
        """The same for rows whose ids are numbers."""
        is_number = id.isascii() and id.isdecimal() and len(id) <= LONGEST_NUMBER
        return _existing(rows.filter(pk=int(id)).first() if is_number else None, id, named)


class ConsoleListing(ConsoleView, ListingView):
    """An operation that lists pages by row offset."""


class SendingView(ConsoleView):
    """The same for what operators may do, too: send, and have things pushed again."""

    changed_by = "owners, administrators and operators change"

    def may_change(self, request: Request) -> bool:
        return self.member.can_send


def _existing(row: Any, id: str, named: str) -> Any:
    if row is None:
        raise NoSuchObjectError(id, named=named)
    return row
