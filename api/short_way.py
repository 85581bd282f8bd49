"""A short way for the calls of customers' servers, past everything that only browsers need.

Sessions, languages, forms' protection and the like are two fifths of the time of a request for a
single number (docs/performance.md).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import cast

import structlog
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.security import SecurityMiddleware
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation

from .data_plane.answers import ApiRefusal

log = structlog.get_logger(__name__)

PREFIX = "/sms/"

Respond = Callable[[HttpRequest], HttpResponseBase]


def leads_to(path: str) -> bool:
    """Whether a path is an address of the send API."""
    if not path.startswith(PREFIX):
        return False
    try:
        _match(path)
    except Resolver404:
        return False
    return True


def serve(request: HttpRequest) -> HttpResponse:
    """Answer a request for an address of the send API.

    Raises `Resolver404` for another address.
    """
    request.resolver_match = _match(request.path_info)
    return cast(HttpResponse, _secured(request))


class ShortWay:
    """Middleware, the first of all: serves `/sms/…` and hands everything else on.

    The shipped server never comes here with such a call (`api.asgi`); whatever serves the product
    as a WSGI application does.
    """

    def __init__(self, get_response: Respond) -> None:
        self._long_way = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return serve(request) if leads_to(request.path_info) else self._long_way(request)


@lru_cache(maxsize=32)
def _match(path: str) -> ResolverMatch:
    """The view of an address; only found ones are remembered, and there are few of them."""
    return resolve(path)


def _serve(request: HttpRequest) -> HttpResponseBase:
    """Call the view; whatever goes wrong in it is answered in the documented form, too."""
    match = cast(ResolverMatch, request.resolver_match)
    translation.activate("en")
    try:
        return cast(HttpResponseBase, match.func(request, *match.args, **match.kwargs))
    except (SuspiciousOperation, BadRequest):
        return ApiRefusal("E000000", "the request cannot be understood").response()
    except Exception:
        log.exception("call failed", path=request.path_info)
        got_request_exception.send(sender=None, request=request)
        refusal = ApiRefusal("E000000", "the fault is ours: send it again", http_status=500)
        return refusal.response()


_secured = SecurityMiddleware(_serve)
