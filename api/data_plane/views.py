"""The send API. Plain Django views: measured, a REST framework costs four to ten times as much."""

from collections.abc import Callable
from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from api.bodies import throw_away
from common.peers import address_of
from messaging.policy.thresholds import ThresholdReached

from . import conversions, document, form, idempotency
from .answers import ApiRefusal, json_response
from .authentication import authenticate
from .credentials import Credentials
from .parameters import SendParameters
from .send import prepare


@csrf_exempt
@login_not_required
def batch_send_sms(request: HttpRequest) -> HttpResponse:
    """`POST /sms/batchSendSms/v1` (spec data-plane §1)."""
    return _serve(request, form.MEDIA_TYPE, partial(_send, form.read))


@csrf_exempt
@login_not_required
def batch_send_diff_sms(request: HttpRequest) -> HttpResponse:
    """`POST /sms/batchSendDiffSms/v1` (spec data-plane §2)."""
    return _serve(request, document.MEDIA_TYPE, partial(_send, document.read))


@csrf_exempt
@login_not_required
def tell_conversions(request: HttpRequest) -> HttpResponse:
    """`POST /sms/conversions/v1`, not among the documented calls (docs/api/data-plane.md)."""
    return _serve(request, document.MEDIA_TYPE, conversions.tell)


def _serve(
    request: HttpRequest, media_type: str, act: Callable[[HttpRequest, Credentials], str]
) -> HttpResponse:
    try:
        return json_response(_answer(request, media_type, act))
    except ApiRefusal as refusal:
        return refusal.response()
    except ThresholdReached as refusal:  # what was stored of the call is undone by now
        refusal.tell()
        with override("en"):
            return ApiRefusal(refusal.code, str(refusal)).response()
    except RequestDataTooBig:
        throw_away(request)
        return ApiRefusal("E000027", "the body is larger than 12 MB").response()
    except UnreadablePostError:
        return ApiRefusal("E000027", "the body is incomplete").response()


def _answer(
    request: HttpRequest, media_type: str, act: Callable[[HttpRequest, Credentials], str]
) -> str:
    if request.method != "POST":
        raise ApiRefusal("E000027", "this address takes POST only")
    if (request.content_type or "").lower() != media_type:
        raise ApiRefusal("E000040", f"this address takes {media_type}")
    return act(request, authenticate(request))


def _send(
    read: Callable[[HttpRequest], SendParameters], request: HttpRequest, caller: Credentials
) -> str:
    parameters = read(request)
    address = address_of(request) or ""
    if key := idempotency.key_of(request):
        return idempotency.once(request, caller, key, lambda: prepare(caller, parameters, address))
    order = prepare(caller, parameters, address)
    order.store()
    return order.answer
