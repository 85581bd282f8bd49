"""How many rows a list shows: 10, 20 or 50, as its reader chooses (spec console §4)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django_tables2 import Table

if TYPE_CHECKING:
    Rows = Paginator[Any]
else:  # Django's class takes type arguments in its stub only.
    Rows = Paginator

SIZES = (10, 20, 50)
USUAL = 20


class SizedPaginator(Rows):
    """A paginator whose page size the reader chooses: the pages then offer `sizes`."""

    sizes = SIZES


class PagedTable(Table):
    """A table whose pages have one of the sizes."""

    def paginate(self, *args: Any, per_page: int | None = None, **kwargs: Any) -> None:
        kwargs["paginator_class"] = SizedPaginator
        super().paginate(*args, per_page=size_of(per_page), **kwargs)


def size_of(wanted: object) -> int:
    """One of the sizes; the usual one for anything else that an address may say."""
    return next((size for size in SIZES if str(size) == str(wanted)), USUAL)


def page_of(rows: "Sequence[Any] | QuerySet[Any]", request: HttpRequest) -> "Page[Any]":
    """The page of a list that the address asks for; the nearest one there is."""
    paginator = SizedPaginator(rows, size_of(request.GET.get("per_page")))
    return paginator.get_page(request.GET.get("page"))
