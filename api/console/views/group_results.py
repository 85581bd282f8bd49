"""What became of the numbers of a group task, and which rows of its list are not sent."""

from rest_framework.request import Request
from rest_framework.response import Response

from api.console.documents import groups as documents
from api.console.serializers.groups import GroupNumbersQuery, GroupProblemsQuery
from api.management.errors import INVALID, ManagementError
from common.numbers import parse_recipients
from messaging.groups import problems, results
from messaging.groups.results import Outcome
from messaging.models import Message

from .groups import ONE, GroupView, group_operation


class GroupNumbersView(GroupView):
    @group_operation(
        "ListGroupNumbers",
        "List the numbers of a group task with what became of each, in the order of the list",
        places=ONE,
        query=GroupNumbersQuery,
        answer="GroupNumbers",
    )
    def get(self, request: Request, project_id: str, id: str) -> Response:
        task = self.task(id)
        query = self.read(GroupNumbersQuery, request.query_params)
        found = results.page(
            task,
            outcome=Outcome(query["outcome"]) if query.get("outcome") else None,
            code=query.get("code") or "",
            recipient=_stored(query.get("number") or ""),
            after=query["after"],
            limit=query["limit"] + 1,
        )
        page = found[: query["limit"]]
        ids = self._sms_msg_ids([row.message_id for row in page if row.message_id])
        rows = [documents.number(row, ids.get(row.message_id or 0, ""), self.shown) for row in page]
        is_more = len(found) > len(page)
        return Response({"results": rows, "next": page[-1].position if is_more else None})

    def _sms_msg_ids(self, ids: list[int]) -> dict[int, str]:
        own = Message.objects.for_customer(self.customer).filter(pk__in=ids)
        return {message.pk: message.sms_msg_id for message in own.select_related("request")}


class GroupProblemsView(GroupView):
    @group_operation(
        "ListGroupProblems",
        "List the rows of a group task's list that are not sent, with the reason of each",
        places=ONE,
        query=GroupProblemsQuery,
        answer="GroupProblems",
    )
    def get(self, request: Request, project_id: str, id: str) -> Response:
        task = self.task(id)
        query = self.read(GroupProblemsQuery, request.query_params)
        limit = query["limit"]
        found = problems.lines(
            task, kind=query.get("kind") or "", after=query["after"], limit=limit + 1
        )
        page = found[:limit]
        is_more = len(found) > len(page)
        return Response(
            {
                "results": [documents.problem(row, self.shown) for row in page],
                "next": page[-1].line if is_more else None,
            }
        )


def _stored(number: str) -> str:
    """A number as it is stored; raises what is wrong with one that is none."""
    if not number:
        return ""
    found = parse_recipients([number]).e164[0]
    if found is None:
        raise ManagementError(INVALID, f"number={number} is no mobile number")
    return found
