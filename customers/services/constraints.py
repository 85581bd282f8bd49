"""Database constraints as the last word of a check, worded for people."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import IntegrityError, transaction

from common.errors import Refusal


@contextmanager
def refused_by(constraint: str, refusal: Refusal) -> Iterator[None]:
    """Raise `refusal` when the block violates the constraint of that name.

    The block runs in a savepoint, so the transaction around it stays usable. Violations of other
    constraints pass through as the errors they are.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if _violated(error) != constraint:
            raise
        raise refusal from error


def _violated(error: IntegrityError) -> str | None:
    cause = error.__cause__
    return cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
