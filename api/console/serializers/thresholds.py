"""Alarm and limit values; which of them fit together says the service."""

from rest_framework import serializers

from api.management.serializers.fields import Body
from api.management.serializers.paging import LARGEST


class ThresholdsBody(Body):
    daily_alarm = serializers.IntegerField(min_value=1, max_value=LARGEST)
    daily_limit = serializers.IntegerField(min_value=1, max_value=LARGEST)
    monthly_alarm = serializers.IntegerField(min_value=1, max_value=LARGEST)
    monthly_limit = serializers.IntegerField(min_value=1, max_value=LARGEST)
