"""What searches for messages and their reports may be narrowed to."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field

from api.management.papers import parsed_id
from api.management.serializers.fields import LocalTime, Text
from common.numbers import parse_recipients
from messaging.services.timeline import LONGEST_NUMBER

from .paging import MarkedPage


@extend_schema_field({"type": "string", "examples": ["+8613800138000"]})
class PhoneNumber(Text):
    """A number, as messages carry it; a mainland one may leave out `+86`."""

    default_error_messages = {"number": "must be 11 digits, or + and the country code"}

    def to_internal_value(self, data: Any) -> str:
        typed = "".join(super().to_internal_value(data).split())
        if not typed:
            return ""
        (number,) = parse_recipients([typed]).e164
        if number is None:
            self.fail("number")
        return number


@extend_schema_field({"type": "string"})
class MessageKey(Text):
    """An `smsMsgId`, or the request's part of it, as (request, message) with None for any."""

    default_error_messages = {"key": "must be an smsMsgId as the send API answered it"}

    def to_internal_value(self, data: Any) -> Any:
        request, separator, number = super().to_internal_value(data).partition("_")
        key: UUID | None = parsed_id(request)
        is_number = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
        if key is None or (separator and not is_number):
            self.fail("key")
        return key, int(number) if number else None


class SearchQuery(MarkedPage):
    """Without times the last 24 hours; at most 7 days at once."""

    app_id = Text(max_length=64, required=False)
    number = PhoneNumber(max_length=32, required=False)
    sms_msg_id = MessageKey(max_length=64, required=False)
    start_time = LocalTime(required=False)
    end_time = LocalTime(required=False)
