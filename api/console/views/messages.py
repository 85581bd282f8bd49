"""Sending details (spec console §11)."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from api.console.documents import messages as documents
from api.console.errors import NoSuchObjectError
from api.console.searching import application_of, narrowed
from api.console.serializers.messages import MessagesQuery
from api.management import finding
from api.management.documents.common import local_stamp
from api.openapi.operations import console_operation
from messaging.models import GroupTask
from messaging.queries import (
    MessageSearch,
    Result,
    find_page,
    sources_of,
    templates_called,
)
from messaging.services.timeline import find_message, timeline_of

from .base import ConsoleView

_TAG = "Sending details"


class MessagesView(ConsoleView):
    @console_operation(
        "ListMessages", "Search the messages", tag=_TAG, query=MessagesQuery, answer="Messages"
    )
    def get(self, request: Request, project_id: str) -> Response:
        query = self.read(MessagesQuery, request.query_params)
        found = find_page(self._search(query), limit=query["limit"], before=query.get("before"))
        rows = documents.messages(found.messages, sources_of(found.messages), self.shown)
        return Response(
            {
                "results": rows,
                "next": found.before,
                "searched_to": local_stamp(found.searched_to),
            }
        )

    def _search(self, query: dict[str, Any]) -> MessageSearch:
        application = application_of(self.customer, query)
        sign_id, task_id = query.get("sign_id"), query.get("task_id")
        tasks = GroupTask.objects.for_customer(self.customer)
        return MessageSearch(
            **narrowed(self.customer, query),
            result=Result(query["result"]) if query.get("result") else None,
            code=query.get("code") or "",
            application_id=application.pk if application else None,
            template_ids=templates_called(self.customer, query.get("template_id") or ""),
            signature_id=(
                finding.signature(self.customer, sign_id, named="sign_id").pk if sign_id else None
            ),
            type=query.get("type") or "",
            sender=query.get("channel_num") or "",
            group_task_id=self.found(tasks, task_id, named="task_id").pk if task_id else None,
        )


class MessageView(ConsoleView):
    @console_operation(
        "ShowMessage",
        "Show what happened to a message",
        tag=_TAG,
        places=("project_id", "sms_msg_id"),
        answer="MessageTimeline",
    )
    def get(self, request: Request, project_id: str, sms_msg_id: str) -> Response:
        message = find_message(sms_msg_id, customer=self.customer)
        if message is None:
            raise NoSuchObjectError(sms_msg_id, named="sms_msg_id")
        source = sources_of([message]).get(message.id)
        return Response(documents.timeline(timeline_of(message), source, self.shown))
