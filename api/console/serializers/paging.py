"""Pages of lists: by row offset as in the management API, or behind a mark where rows are many."""

from typing import Any

from rest_framework import serializers

from api.management.serializers.paging import PageSerializer

MOST_BEFORE = 2**62


class ConsolePage(PageSerializer):
    """A page by row offset, in the order of creation."""


class MarkedPage(serializers.Serializer[Any]):
    """A page of the newest rows below a mark: `next` of the answer before."""

    limit = serializers.IntegerField(min_value=1, max_value=500, default=50)
    before = serializers.IntegerField(min_value=1, max_value=MOST_BEFORE, required=False)
