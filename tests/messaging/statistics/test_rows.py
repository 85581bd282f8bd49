"""Figures as the lines of a file."""

from datetime import date

import pytest

from common.clock import local_day, now
from messaging.statistics.filters import Filters
from messaging.statistics.rows import COLUMNS, row_cells, rows
from tests.messaging.road import Road, numbers


def today(road: Road) -> Filters:
    return Filters.of_today(customer_id=road.application.customer_id)


def test_a_line_for_each_hour_application_signature_template_and_type(road: Road):
    road.accept(numbers(3), blocked=["SC:0010", None, None])
    (row,) = rows(today(road))
    assert row.is_hour
    assert (row.application, row.template) == (road.application.name, road.template.name)
    assert (row.figures.total, row.figures.failures, row.figures.sending) == (3, 1, 2)


def test_cells_stand_in_the_order_of_the_columns(road: Road):
    road.accept(numbers(4), blocked=["SC:0010", "SC:0010", "SC:0003", None])
    (row,) = rows(today(road))
    cells = dict(zip([key for key, _title in COLUMNS], row_cells(row), strict=True))
    assert cells["signature"] == road.template.signature.name
    assert cells["type"] == "Notification"
    assert (cells["total"], cells["failures"], cells["sending"]) == (4, 3, 1)
    assert (cells["valid_success_rate"], cells["success_rate"]) == (0.0, 0.0)
    assert str(cells["at"]).startswith(f"{local_day(now()):%Y-%m-%d} ")


def test_more_than_a_day_has_a_line_for_each_day(road: Road):
    road.accept(numbers(1))
    last = local_day(now())
    filters = Filters.of_days(
        customer_id=road.application.customer_id, first=date(2026, 1, 1), last=last
    )
    (row,) = rows(filters)
    assert not row.is_hour
    assert row_cells(row)[0] == f"{last:%Y-%m-%d}"


@pytest.mark.django_db
def test_nothing_sent_has_no_lines():
    assert list(rows(Filters.of_today(customer_id=1))) == []
