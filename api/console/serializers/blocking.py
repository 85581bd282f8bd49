"""Lists of numbers: what to look for, and what to add or take off."""

from typing import Any

from rest_framework import serializers

from api.management.serializers.fields import Body, LocalTime, Text, Truth
from messaging.models import NumberRule, RuleHit
from messaging.services.number_control import MOST_LINES, MOST_NUMBERS, MOST_SEGMENTS
from messaging.services.number_removal import LONGEST_REASON

from .paging import ConsolePage, MarkedPage
from .searching import PhoneNumber

LISTS = (RuleHit.Kind.BLOCKLIST, RuleHit.Kind.OPT_OUT, RuleHit.Kind.NUMBER_CONTROL)
"""What is called a blocklist: those of the platform, of recipients and of the customer."""


class NumberQuery(serializers.Serializer[Any]):
    number = PhoneNumber(max_length=32)


class OptOutsQuery(ConsolePage):
    number = PhoneNumber(max_length=32, required=False)
    app_id = Text(max_length=64, required=False)


class BlockedQuery(MarkedPage):
    """Without times the last 24 hours, of one number the last 60 days."""

    number = PhoneNumber(max_length=32, required=False)
    list = serializers.ChoiceField(
        [(kind.value, kind.value) for kind in LISTS], required=False, allow_blank=True
    )
    app_id = Text(max_length=64, required=False)
    start_time = LocalTime(required=False)
    end_time = LocalTime(required=False)


class ReasonBody(Body):
    reason = Text(max_length=LONGEST_REASON)


class RulesBody(Body):
    kind = serializers.ChoiceField(NumberRule.Kind.choices)
    lines = serializers.ListField(child=Text(max_length=32), min_length=1, max_length=MOST_LINES)


class RuleIdsBody(Body):
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62),
        min_length=1,
        max_length=MOST_NUMBERS + MOST_SEGMENTS,
    )


class SwitchBody(Body):
    is_enabled = Truth()
