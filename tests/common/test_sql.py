"""Lists as parameters: what comes back is what was sent."""

from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.sql import array, slice_cursor

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)))


def returned(kind: str, values: list) -> list:
    with slice_cursor() as cursor:
        (row,) = cursor.execute(f"SELECT %(values)s::{kind}[]", {"values": values}).fetchone()
    return row


@pytest.mark.django_db
@given(values=st.lists(st.none() | TEXTS))
def test_texts_come_back_whatever_they_hold(values: list[str | None]):
    assert returned("text", values) == values


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", ['"', "\\", ",", "{}", "NULL", "", " ", "a\nb"]),
        ("bigint", [1, -(2**63), 2**63 - 1]),
        ("smallint", [3, None, 5]),
        ("float8", [0.1, None, float("inf")]),
        ("boolean", [True, False, None]),
        ("uuid", [UUID(int=7)]),
        ("timestamptz", [datetime(2026, 11, 23, 12, 30, 1, 5, UTC), None]),
    ],
)
def test_values_of_each_kind_come_back(kind: str, values: list):
    assert returned(kind, values) == values


@pytest.mark.django_db
def test_lists_stand_for_positions_too():
    with slice_cursor() as cursor:
        (row,) = cursor.execute("SELECT 2 = ANY(%s::int[])", [[1, 2]]).fetchone()
    assert row is True


def test_a_character_that_cannot_be_stored_is_refused():
    for values in (["a", "b\x00c"], ["\x00", None]):
        with pytest.raises(psycopg.DataError, match="NUL"):
            array(values)


@pytest.mark.parametrize("value", [b"bytes", [1], {"a": 1}])
def test_values_that_are_written_otherwise_are_refused(value: object):
    with pytest.raises(TypeError):
        array([value])
