"""The callback log: what was pushed, what is owed, and pushing it again (docs/api/events.md)."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from api.console.documents import callbacks as documents
from api.console.errors import NoSuchObjectError
from api.console.searching import application_of, narrowed
from api.console.serializers.callbacks import AttemptsQuery, ReplayBody
from api.management.errors import FAILED, INVALID, ManagementError
from api.openapi.operations import console_operation
from messaging.models.partitions import LIVE_SPAN
from messaging.queries import (
    CallbackDetail,
    CallbackSearch,
    Outcome,
    addresses_of,
    callback_detail,
    find_attempts,
    replayable,
)
from messaging.services.replay import replay
from messaging.services.timeline import LONGEST_NUMBER, find_message

from .base import ConsoleView, SendingView

_TAG = "Callbacks"
_ONE = ("project_id", "sms_msg_id", "sequence")
MOST_ADDRESSES = 100


class AttemptsView(ConsoleView):
    @console_operation(
        "ListCallbackAttempts",
        "Search the callback log",
        tag=_TAG,
        query=AttemptsQuery,
        answer="CallbackAttempts",
    )
    def get(self, request: Request, project_id: str) -> Response:
        query = self.read(AttemptsQuery, request.query_params)
        limit = query["limit"]
        search = _search(self, query)
        found = find_attempts(search, limit=limit + 1, before=query.get("before"))
        page = found[:limit]
        last = "-".join(map(str, page[-1].place)) if len(found) > limit else None
        results = [documents.attempt(row, self.shown) for row in page]
        return Response({"results": results, "next": last})


class AddressesView(ConsoleView):
    @console_operation(
        "ListCallbackAddresses",
        "List the addresses and what each is owed",
        tag=_TAG,
        answer="CallbackAddresses",
    )
    def get(self, request: Request, project_id: str) -> Response:
        found = addresses_of(self.customer, limit=MOST_ADDRESSES)
        return Response({"results": [documents.address(row) for row in found]})


class CallbackView(ConsoleView):
    @console_operation(
        "ShowCallback",
        "Show a report and all attempts to push it",
        tag=_TAG,
        places=_ONE,
        answer="CallbackDetail",
    )
    def get(self, request: Request, project_id: str, sms_msg_id: str, sequence: str) -> Response:
        return Response(documents.detail(_detail(self, sms_msg_id, sequence)))


class CallbackReplayView(SendingView):
    @console_operation(
        "ReplayCallback", "Push a report again", tag=_TAG, places=_ONE, answer="Count"
    )
    def post(self, request: Request, project_id: str, sms_msg_id: str, sequence: str) -> Response:
        found = _detail(self, sms_msg_id, sequence)
        reports = [(found.message.pk, found.callback.sequence)]
        count = replay(customer=self.customer, reports=reports, **self.acting)
        if not count:
            days = LIVE_SPAN.days
            raise ManagementError(FAILED, f"reports older than {days} days are not pushed again")
        return Response({"count": count})


class ReplaysView(SendingView):
    @console_operation(
        "ReplayCallbacks",
        "Push all reports again that the filters find",
        tag=_TAG,
        body=ReplayBody,
        answer="Count",
        example={"outcome": "given_up"},
    )
    def post(self, request: Request, project_id: str) -> Response:
        found = replayable.find_replayable(_search(self, self.read(ReplayBody)))
        if found.is_capped:
            raise ManagementError(
                INVALID,
                f"more than {replayable.MOST_REPLAYED} reports match: narrow the filters",
            )
        count = replay(customer=self.customer, reports=found.reports, **self.acting)
        return Response({"count": count})


def _search(view: ConsoleView, query: dict[str, Any]) -> CallbackSearch:
    return CallbackSearch(
        **narrowed(view.customer, query),
        application=application_of(view.customer, query),
        address=(query.get("address") or "").strip(),
        outcome=Outcome(query["outcome"]) if query.get("outcome") else None,
    )


def _detail(view: ConsoleView, sms_msg_id: str, sequence: str) -> CallbackDetail:
    message = find_message(sms_msg_id, customer=view.customer)
    is_number = sequence.isascii() and sequence.isdecimal() and len(sequence) <= LONGEST_NUMBER
    found = callback_detail(message, sequence=int(sequence)) if message and is_number else None
    if found is None:
        raise NoSuchObjectError(f"{sms_msg_id}/{sequence}", named="sms_msg_id/sequence")
    return found
