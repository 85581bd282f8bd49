"""The filters of the lists: names by a part of them, everything else exactly."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from .serializers.fields import MAINLAND

_TIMES = {"start_time": "gte", "end_time": "lte"}


def filtered(
    rows: QuerySet[Any],
    query: Mapping[str, Any],
    lookups: Mapping[str, str],
    *,
    instant: str = "created_at",
) -> QuerySet[Any]:
    """Apply what is set of a query; `lookups` says which parameter asks for what.

    The times of a query are about the field `instant`.
    """
    if query.get("region") not in (None, "", MAINLAND):
        return rows.none()
    times = {name: f"{instant}__{bound}" for name, bound in _TIMES.items()}
    wanted = {
        lookup: query[name]
        for name, lookup in (times | dict(lookups)).items()
        if query.get(name) not in (None, "")
    }
    return rows.filter(Q(**wanted))
