"""Statistics of what was sent, from the hourly figures (spec console §10)."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from api.console.documents import statistics as documents
from api.console.searching import application_of
from api.console.serializers.statistics import StatisticsQuery
from api.management import finding
from api.openapi.operations import console_operation
from common.clock import local_day, now
from messaging.queries import templates_called
from messaging.statistics import reading
from messaging.statistics.filters import Filters
from messaging.statistics.span import check_days

from .base import ConsoleView

_NOTHING = 0
"""The id of no template: what a name that leads nowhere looks for."""


class StatisticsView(ConsoleView):
    @console_operation(
        "ShowStatistics",
        "Show the totals of some days, each hour or day of them, and why messages failed",
        tag="Statistics",
        query=StatisticsQuery,
        answer="Statistics",
    )
    def get(self, request: Request, project_id: str) -> Response:
        filters = self._filters(self.read(StatisticsQuery, request.query_params))
        found = reading.report(filters)
        return Response(documents.report(found, is_hourly=filters.is_hourly))

    def _filters(self, query: dict[str, Any]) -> Filters:
        today = local_day(now())
        first = query.get("first") or query.get("last") or today
        last = query.get("last") or first
        check_days(first, last)
        application = application_of(self.customer, query)
        signature = query.get("sign_id") and finding.signature(
            self.customer, query["sign_id"], named="sign_id"
        )
        templates = templates_called(self.customer, query.get("template_id") or "")
        return Filters.of_days(
            customer_id=self.customer.pk,
            first=first,
            last=last,
            applications=(application.pk,) if application else (),
            signatures=(signature.pk,) if signature else (),
            templates=() if templates is None else templates or (_NOTHING,),
            types=_only(query.get("type")),
            senders=_only(query.get("channel_num")),
            carriers=_only(query.get("carrier")),
            regions=_only(query.get("region")),
        )


def _only(value: Any) -> tuple[Any, ...]:
    return () if value in ("", None) else (value,)
