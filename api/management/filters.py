"""The filters of the lists: names by a part of them, everything else exactly."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from .serializers.fields import MAINLAND

_TIMES = {"start_time": "created_at__gte", "end_time": "created_at__lte"}


def filtered(
    rows: QuerySet[Any], query: Mapping[str, Any], lookups: Mapping[str, str]
) -> QuerySet[Any]:
    """Apply what is set of a query; `lookups` says which parameter asks for what."""
    if query.get("region") not in (None, "", MAINLAND):
        return rows.none()
    wanted = {
        lookup: query[name]
        for name, lookup in (_TIMES | dict(lookups)).items()
        if query.get(name) not in (None, "")
    }
    return rows.filter(Q(**wanted))
