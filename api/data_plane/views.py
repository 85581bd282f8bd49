"""The send API. Plain Django views: measured, a REST framework costs four to ten times as much."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from . import parameters
from .answers import ApiRefusal
from .authentication import authenticate
from .send import send


@csrf_exempt
@login_not_required
def batch_send_sms(request: HttpRequest) -> HttpResponse:
    """`POST /sms/batchSendSms/v1` (spec data-plane §1)."""
    try:
        if request.method != "POST":
            raise ApiRefusal("E000027", "this address takes POST only")
        if request.content_type.lower() != parameters.FORM:
            raise ApiRefusal("E000040")
        return send(authenticate(request), parameters.read(request))
    except ApiRefusal as refusal:
        return refusal.response()
    except (RequestDataTooBig, TooManyFieldsSent, UnreadablePostError):
        return ApiRefusal("E000027", "the body is too large or incomplete").response()
