"""What the views of the management API have in common."""

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import override
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from .authentication import MemberAuthentication


class JsonParser(BaseParser):
    """JSON in UTF-8, whatever `charset` says: clients write several spellings of it."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return json.loads(stream.read().decode(), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise ParseError("the body is no JSON document in UTF-8") from None


class AlwaysJson(BaseContentNegotiation):
    """Answers in JSON whatever `Accept` says (ruling 5)."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        return renderers[0], renderers[0].media_type


class ServerView(APIView):
    """A view for servers: JSON in English, an `X-Request-Id`, and an answer to every error."""

    parser_classes: Sequence[type[BaseParser]] = (JsonParser,)
    authentication_classes: Sequence[type[BaseAuthentication]] = (MemberAuthentication,)
    permission_classes = ()
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = AlwaysJson
    http_method_names = ["get", "post", "put", "delete"]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.request_id = uuid.uuid4().hex
        with override("en"):
            response = super().dispatch(request, *args, **kwargs)
        response["X-Request-Id"] = self.request_id
        return response

    def handle_exception(self, exc: Exception) -> Response:
        response = self.answer_to(exc)
        response.exception = True
        return response

    def answer_to(self, error: Exception) -> Response:
        """The answer to whatever was raised; each API has its own shape of errors."""
        raise NotImplementedError


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
