"""Prometheus figures of the platform, gathered from the database when somebody asks."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Gauge

from messaging.services.backlog import Measurement


def registry_with(measurements: Iterable[Measurement]) -> CollectorRegistry:
    """A registry for one answer: the rows are the truth, so nothing is kept between scrapes."""
    registry = CollectorRegistry()
    gauges: dict[str, Gauge] = {}
    for item in measurements:
        gauge = gauges.get(item.name)
        if gauge is None:
            gauge = Gauge(item.name, item.help, labelnames=tuple(item.labels), registry=registry)
            gauges[item.name] = gauge
        (gauge.labels(**item.labels) if item.labels else gauge).set(item.value)
    return registry
