"""A short way for the calls of customers' servers, past everything that only browsers need.

Sessions, languages, forms' protection and the like are two fifths of the time of a request for a
single number, and the signals around every request a tenth (docs/performance.md).
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import got_request_exception
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.security import SecurityMiddleware
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation

from .data_plane.answers import ApiRefusal

log = structlog.get_logger(__name__)

PREFIX = "/sms/"

Respond = Callable[[HttpRequest], HttpResponseBase]


def past_signals(handler: WSGIHandler) -> WSGIApplication:
    """Wrap Django's handler: around `/sms/…` its signals do nothing that those calls need.

    But for one thing: a thread gives its database connection back, if it took one at all.
    """

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PREFIX):
            return handler(environ, start_response)
        try:
            response = cast(HttpResponse, handler.get_response(handler.request_class(environ)))
        finally:
            close_old_connections()
        status = f"{response.status_code} {response.reason_phrase}"
        start_response(status, list(response.items()))
        return [response.content]

    return wrapped


class ShortWay:
    """Middleware, the first of all: serves `/sms/…` and hands everything else on."""

    def __init__(self, get_response: Respond) -> None:
        self._long_way = get_response
        self._serve = SecurityMiddleware(_serve)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self._long_way(request)
        try:
            request.resolver_match = _match(request.path_info)
        except Resolver404:
            return self._long_way(request)
        return cast(HttpResponseBase, self._serve(request))


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
