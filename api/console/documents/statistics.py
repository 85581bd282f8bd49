"""Figures in answers."""

from typing import Any

from api.management.documents.common import local_stamp
from messaging.statistics.figures import Figures
from messaging.statistics.latency import Percentiles
from messaging.statistics.reading import Origin, Report


def report(found: Report, *, is_hourly: bool) -> dict[str, Any]:
    return {
        "step": "hour" if is_hourly else "day",
        "totals": _figures(found.figures, found.latency),
        "series": [
            {"time": local_stamp(point.at)} | _figures(point.figures, point.latency)
            for point in found.points
        ],
        "failures": [_origin(origin) for origin in found.origins],
    }


def _figures(figures: Figures, latency: Percentiles) -> dict[str, Any]:
    return {
        "total": figures.total,
        "parts": figures.parts,
        "successes": figures.successes,
        "failures": figures.failures,
        "terminal_errors": figures.terminal,
        "sending": figures.sending,
        "blocklisted": figures.blocklisted,
        "valid_success_rate": figures.valid_success_rate,
        "success_rate": figures.success_rate,
        "latency_p50_s": latency.p50_s,
        "latency_p95_s": latency.p95_s,
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "origin": origin.origin,
        "messages": origin.messages,
        "codes": [
            {"code": one.code, "outcome": one.outcome.value, "messages": one.messages}
            for one in origin.codes
        ],
    }
