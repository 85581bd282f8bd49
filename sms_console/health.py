"""Liveness, readiness and metrics: what an operator asks at 3 a.m.

`/healthz` says the process answers. `/readyz` says the platform can work (database and broker
reached) and how far behind it is. `/metrics` is for Prometheus.
"""

import ipaddress
import secrets
from itertools import chain
from typing import Any

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from messaging.policy.counters import counters
from messaging.services import backlog
from messaging.services import health as channel_health
from messaging.services.backlog import Measurement
from sms_console.metrics import registry_with


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as this process can answer at all."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database and broker are reached, else 503; with what lags behind.

    That is the age of the oldest waiting work, and how many enabled channels are down.

    Ages are seconds, 0 when nothing waits. A growing age is for an alarm, not for readiness: a
    web process that can accept messages stays ready while a carrier is down, or while frequency
    limits are looked up in PostgreSQL because Valkey does not answer.
    """
    checks: dict[str, Any] = {"database": _database_answers(), "broker": _broker_answers()}
    ready = all(checks.values())
    checks["frequency_counters"] = counters().answers()
    if checks["database"]:
        checks |= backlog.ages().as_dict()
        checks["channels_down"] = channel_health.channels_down()
    return JsonResponse(
        {"status": "ready" if ready else "not ready"} | checks, status=200 if ready else 503
    )


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for loopback or for whoever shows ``METRICS_TOKEN``."""
    if not _may_read_metrics(request):
        return HttpResponseForbidden("metrics are for loopback, or with METRICS_TOKEN as bearer\n")
    figures = chain(backlog.measure(), channel_health.measure(), [_counters_up()])
    return HttpResponse(generate_latest(registry_with(figures)), CONTENT_TYPE_LATEST)


def _may_read_metrics(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        expected = f"Bearer {settings.METRICS_TOKEN}"
        return secrets.compare_digest(request.headers.get("Authorization", ""), expected)
    return ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_loopback


def _counters_up() -> Measurement:
    return Measurement(
        "sms_frequency_counters_up",
        "1 while Valkey counts for the frequency limits; 0 while PostgreSQL stands in.",
        float(counters().answers()),
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_connect_timeout=2, socket_timeout=2
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
