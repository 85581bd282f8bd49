"""`GET /openapi.json`: open to all, for generators of clients and for the console's own page."""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from . import document

FRESH_S = 300


def _etag(_request: HttpRequest) -> str:
    return f'"{hashlib.sha256(document.text()).hexdigest()[:32]}"'


@login_not_required
@require_safe
@cache_control(public=True, max_age=FRESH_S)
@condition(etag_func=_etag)
def show(request: HttpRequest) -> HttpResponse:
    return HttpResponse(document.text(), content_type="application/json")
