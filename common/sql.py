"""Statements of the message path: sent with server-side parameters.

Django's own cursor writes every parameter into the text of the statement; for arrays of hundreds
of values, which is what slices are made of, parameters of a prepared one are several times cheaper.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

import psycopg
from django.db import connection


def conninfo() -> str:
    """Where Django's database is, for a connection outside Django: one that only listens."""
    database = connection.settings_dict
    options = {name: text for name, text in database["OPTIONS"].items() if isinstance(text, str)}
    options.pop("assume_role", None)  # Django's own, libpq does not know it
    return psycopg.conninfo.make_conninfo(
        host=database["HOST"] or None,
        port=database["PORT"] or None,
        dbname=database["NAME"],
        user=database["USER"] or None,
        password=database["PASSWORD"] or None,
        **options,
    )


class SliceCursor(psycopg.Cursor[Any]):
    """Keeps each statement prepared on its connection: planned once, not for every slice.

    Lists are sent as array literals, whose type the statement says (`%(ids)s::bigint[]`): psycopg
    looks at each element of a list by itself, which takes twenty times as long.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        if isinstance(params, Mapping):
            params = {
                name: array(value) if type(value) is list else value
                for name, value in params.items()
            }
        elif params:
            params = [array(value) if type(value) is list else value for value in params]
        return super().execute(query, params, **{"prepare": True} | options)


def array(values: Sequence[Any]) -> str:
    """A PostgreSQL array literal of texts, numbers, instants, or NULL for None.

    Raises `psycopg.DataError` for a text with a NUL character, which PostgreSQL cannot store, and
    `TypeError` for values that are written in another way.
    """
    kinds = set(map(type, values))
    if kinds & _WRITTEN_OTHERWISE:
        raise TypeError(f"no array literal is made of {kinds}")
    if kinds <= {int}:
        return f"{{{str(list(values))[1:-1]}}}"
    if type(None) in kinds:
        elements = ("NULL" if value is None else _quoted([str(value)]) for value in values)
        return f"{{{','.join(elements)}}}"
    return f"{{{_quoted(values if kinds == {str} else list(map(str, values)))}}}"


def _quoted(values: Sequence[str]) -> str:
    """The elements of a literal, all escaped at once."""
    text = _BETWEEN.join(values)
    if text.count(_BETWEEN) != len(values) - 1:
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped.replace(_BETWEEN, _COMMA)}"'


_WRITTEN_OTHERWISE = {bytes, bytearray, memoryview, list, tuple, dict}
_BETWEEN = "\x00"
_COMMA = '","'


@contextmanager
def slice_cursor() -> Iterator[SliceCursor]:
    """A cursor on Django's connection, inside its transaction; errors are Django's.

    jsonb columns come back as text, as always on Django's connections.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, SliceCursor(connection.connection) as cursor:
        yield cursor


def only_row(cursor: psycopg.Cursor[Any]) -> tuple[Any, ...]:
    """The row of a statement that always answers with one."""
    row = cursor.fetchone()
    if row is None:
        raise psycopg.DataError("a statement that answers with one row answered with none")
    return tuple(row)


@contextmanager
def exclusively(name: str) -> Iterator[bool]:
    """Whether nobody else holds the lock `name`; if so, it is held until the block ends.

    A lock of the database session: it ends with the process that dies, and needs a connection
    that is not shared with others meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
        (is_mine,) = cursor.fetchone()
        try:
            yield is_mine
        finally:
            if is_mine:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])
