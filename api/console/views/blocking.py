"""Who is not sent to: recipients who unsubscribed, and messages that lists stopped (§13.2)."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from api.console.documents import blocking as documents
from api.console.errors import NoSuchObjectError
from api.console.searching import application_of
from api.console.serializers.blocking import (
    LISTS,
    BlockedQuery,
    NumberQuery,
    OptOutsQuery,
    ReasonBody,
)
from api.console.serializers.paging import ConsolePage
from api.management.filters import filtered
from api.openapi.operations import console_operation
from customers.models import Application
from messaging.models import BlockedNumber, NumberRemoval, OptOut
from messaging.queries.hits import HitSearch, find_hits, hit_span
from messaging.queries.number_lookup import lookup
from messaging.services.number_removal import (
    apply_for_removal,
    apply_for_unblocking,
    hits_of,
)

from .base import ConsoleListing, ConsoleView

_TAG = "Blocklists"
_ONE = ("project_id", "id")
_LOOKUPS = {"number": "recipient", "application": "application"}


class OptOutsView(ConsoleListing):
    """Sorted and filtered by the time of the reply `R`."""

    @console_operation(
        "ListOptOuts", "List unsubscribed numbers", tag=_TAG, query=OptOutsQuery, answer="OptOuts"
    )
    def get(self, request: Request, project_id: str) -> Response:
        query = self.read(OptOutsQuery, request.query_params)
        own = OptOut.objects.for_customer(self.customer).select_related("application")
        wanted = query | {"application": application_of(self.customer, query)}
        found = filtered(own, wanted, _LOOKUPS, instant="since")
        rows, total = self.page(found, query, instant="since")
        results = [documents.opt_out(row, self.shown) for row in rows]
        return Response({"results": results, "total": total})


class OptOutRemovalView(ConsoleView):
    @console_operation(
        "ApplyForRemoval",
        "Apply for a number to get promotions again",
        tag=_TAG,
        places=_ONE,
        body=ReasonBody,
        answer="NumberRemoval",
        example={"reason": "The customer agreed again on the telephone."},
    )
    def post(self, request: Request, project_id: str, id: str) -> Response:
        opt_out = self.numbered(OptOut.objects.for_customer(self.customer), id)
        body = self.read(ReasonBody)
        removal = apply_for_removal(opt_out=opt_out, **body, **self.acting)
        return Response(documents.removal(removal, self.shown))


class UnblockingView(ConsoleView):
    """An entry is the customer's to ask about when it stopped a message of the customer's."""

    @console_operation(
        "ApplyForUnblocking",
        "Apply for a number to be taken off a blocklist of the platform",
        tag=_TAG,
        places=_ONE,
        body=ReasonBody,
        answer="NumberRemoval",
        example={"reason": "We send order notices; the customer asked for them on 5 May."},
    )
    def post(self, request: Request, project_id: str, id: str) -> Response:
        entry = self.numbered(BlockedNumber.objects.all(), id)
        if not hits_of(entry, self.customer).exists():
            raise NoSuchObjectError(id)
        removal = apply_for_unblocking(
            blocked_number=entry, customer=self.customer, **self.read(ReasonBody), **self.acting
        )
        return Response(documents.removal(removal, self.shown))


class RemovalsView(ConsoleListing):
    @console_operation(
        "ListRemovals",
        "List applications for the removal of numbers",
        tag=_TAG,
        query=ConsolePage,
        answer="NumberRemovals",
    )
    def get(self, request: Request, project_id: str) -> Response:
        query = self.read(ConsolePage, request.query_params)
        own = NumberRemoval.objects.for_customer(self.customer)
        found = filtered(own.select_related("opt_out", "blocked_number"), query, {})
        rows, total = self.page(found, query)
        results = [documents.removal(row, self.shown) for row in rows]
        return Response({"results": results, "total": total})


class NumberView(ConsoleView):
    @console_operation(
        "LookUpNumber",
        "Look a number up in the lists of recipients and of the account",
        tag=_TAG,
        query=NumberQuery,
        answer="LookedUpNumber",
    )
    def get(self, request: Request, project_id: str) -> Response:
        number = self.read(NumberQuery, request.query_params)["number"]
        return Response(documents.looked_up(lookup(number, self.customer), self.shown))


class BlockedMessagesView(ConsoleView):
    @console_operation(
        "ListBlockedMessages",
        "List the messages that a blocklist stopped",
        tag=_TAG,
        query=BlockedQuery,
        answer="BlockedMessages",
    )
    def get(self, request: Request, project_id: str) -> Response:
        query = self.read(BlockedQuery, request.query_params)
        limit = query["limit"]
        found = find_hits(self._search(query), limit=limit + 1, before=query.get("before"))
        applications = Application.objects.for_customer(self.customer)
        app_ids = {pk: str(id) for pk, id in applications.values_list("pk", "public_id")}
        page = found[:limit]
        return Response(
            {
                "results": [documents.blocked(row, app_ids, self.shown) for row in page],
                "next": page[-1].hit.message_id if len(found) > limit else None,
            }
        )

    def _search(self, query: dict[str, Any]) -> HitSearch:
        kind = query.get("list")
        number = query.get("number") or ""
        start, end = hit_span(
            query.get("start_time"), query.get("end_time"), is_of_number=bool(number)
        )
        return HitSearch(
            customer=self.customer,
            kinds=[kind] if kind else [one.value for one in LISTS],
            start=start,
            end=end,
            recipient=number,
            application=application_of(self.customer, query),
        )
