"""Searches in the callback log, and what is pushed again."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.management.serializers.fields import Body, LocalTime, Text
from messaging.queries import Outcome, Place

from .paging import MOST_BEFORE
from .searching import MessageKey, PhoneNumber, SearchQuery

_OUTCOMES = [(outcome.value, outcome.value) for outcome in Outcome]


@extend_schema_field({"type": "string", "pattern": "^[0-9]{1,18}-[0-9]{1,4}-[0-9]{1,4}$"})
class PlaceField(Text):
    """`next` of the answer before, as the place behind which a page begins."""

    default_error_messages = {"place": "must be `next` of the answer before"}

    def to_internal_value(self, data: Any) -> Any:
        numbers = super().to_internal_value(data).split("-")
        if len(numbers) != 3 or not all(
            one.isascii() and one.isdecimal() and int(one) <= MOST_BEFORE for one in numbers
        ):
            self.fail("place")
        return Place(*map(int, numbers))


class AttemptsQuery(SearchQuery):
    outcome = serializers.ChoiceField(_OUTCOMES, required=False, allow_blank=True)
    address = Text(max_length=255, required=False)
    before = PlaceField(max_length=32, required=False, allow_null=False, allow_blank=False)  # type: ignore[assignment]


class ReplayBody(Body):
    """The same filters; every report they find is pushed again."""

    outcome = serializers.ChoiceField(_OUTCOMES, required=False, allow_blank=True)
    address = Text(max_length=255, required=False)
    app_id = Text(max_length=64, required=False)
    number = PhoneNumber(max_length=32, required=False)
    sms_msg_id = MessageKey(max_length=64, required=False)
    start_time = LocalTime(required=False)
    end_time = LocalTime(required=False)
