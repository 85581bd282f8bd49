"""The send API. Plain Django views: measured, a REST framework costs four to ten times as much."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from api.bodies import throw_away
from messaging.policy.thresholds import ThresholdReached

from . import document, form, idempotency
from .answers import ApiRefusal, json_response
from .authentication import authenticate
from .parameters import SendParameters
from .send import prepare


@csrf_exempt
@login_not_required
def batch_send_sms(request: HttpRequest) -> HttpResponse:
    """`POST /sms/batchSendSms/v1` (spec data-plane §1)."""
    return _serve(request, form.MEDIA_TYPE, form.read)


@csrf_exempt
@login_not_required
def batch_send_diff_sms(request: HttpRequest) -> HttpResponse:
    """`POST /sms/batchSendDiffSms/v1` (spec data-plane §2)."""
    return _serve(request, document.MEDIA_TYPE, document.read)


def _serve(
    request: HttpRequest, media_type: str, read: Callable[[HttpRequest], SendParameters]
) -> HttpResponse:
    try:
        return json_response(_answer(request, media_type, read))
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
    request: HttpRequest, media_type: str, read: Callable[[HttpRequest], SendParameters]
) -> str:
    if request.method != "POST":
        raise ApiRefusal("E000027", "this address takes POST only")
    if (request.content_type or "").lower() != media_type:
        raise ApiRefusal("E000040", f"this address takes {media_type}")
    caller = authenticate(request)
    parameters = read(request)
    if key := idempotency.key_of(request):
        return idempotency.once(request, caller, key, lambda: prepare(caller, parameters))
    order = prepare(caller, parameters)
    order.store()
    return order.answer
