"""The part of a query that all lists share (spec management-api §1.1)."""

from typing import Any

from rest_framework import serializers

from .fields import LocalTime

LARGEST = 2_147_483_647


class PageSerializer(serializers.Serializer[Any]):
    """A page by row offset; both times filter on the creation and are inclusive."""

    limit = serializers.IntegerField(min_value=1, max_value=500, default=10)
    offset = serializers.IntegerField(min_value=0, max_value=LARGEST, default=0)
    sort_key = serializers.ChoiceField(["create_time"], default="create_time")
    sort_dir = serializers.ChoiceField(["asc", "desc"], default="desc")
    start_time = LocalTime(required=False)
    end_time = LocalTime(required=False)
