"""Traffic thresholds (spec console §13.3)."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from api.console.serializers.thresholds import ThresholdsBody
from api.openapi.operations import console_operation
from common.clock import now
from messaging.models import TrafficThreshold
from messaging.policy.thresholds import Values, gauges_of
from messaging.services.thresholds import ceilings_of, set_thresholds, thresholds_of

from .base import ConsoleView

_TAG = "Thresholds"


class ThresholdsView(ConsoleView):
    @console_operation(
        "ShowThresholds", "Show the traffic thresholds", tag=_TAG, answer="Thresholds"
    )
    def get(self, request: Request, project_id: str) -> Response:
        return Response(_document(thresholds_of(self.customer)))

    @console_operation(
        "UpdateThresholds",
        "Change the traffic thresholds",
        tag=_TAG,
        body=ThresholdsBody,
        answer="Thresholds",
        example={
            "daily_alarm": 800,
            "daily_limit": 1_000,
            "monthly_alarm": 16_000,
            "monthly_limit": 20_000,
        },
    )
    def put(self, request: Request, project_id: str) -> Response:
        values = Values(**self.read(ThresholdsBody))
        return Response(
            _document(set_thresholds(customer=self.customer, values=values, **self.acting))
        )


def _document(row: TrafficThreshold | None) -> dict[str, Any]:
    """Without a row nothing is counted; ceilings are what the customer may choose at most."""
    daily, monthly = ceilings_of(row)
    day, month = gauges_of(row, now()) if row else (None, None)
    return {
        "is_enforced": bool(row and row.is_enforced),
        "daily_alarm": day and day.alarm,
        "daily_limit": day and day.limit,
        "daily_used": day and day.used,
        "daily_ceiling": daily,
        "monthly_alarm": month and month.alarm,
        "monthly_limit": month and month.limit,
        "monthly_used": month and month.used,
        "monthly_ceiling": monthly,
    }
