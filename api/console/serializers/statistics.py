"""The selection of figures (spec console §10)."""

from typing import Any

from rest_framework import serializers

from api.management.serializers.fields import Text
from messaging.statistics.places import CARRIERS, REGIONS
from reviews.models.kinds import MessageType


class StatisticsQuery(serializers.Serializer[Any]):
    """Whole days of the platform's zone; one of them alone stands for both, none for today."""

    first = serializers.DateField(required=False)
    last = serializers.DateField(required=False)
    app_id = Text(max_length=64, required=False)
    sign_id = Text(max_length=64, required=False)
    template_id = Text(max_length=128, required=False)
    type = serializers.ChoiceField(MessageType.choices, required=False, allow_blank=True)
    channel_num = Text(max_length=21, required=False)
    carrier = serializers.ChoiceField([(key, str(key)) for key in CARRIERS], required=False)
    region = serializers.ChoiceField([(key, str(key)) for key in REGIONS], required=False)
