"""The steps of a status that the database lets through."""

from collections.abc import Iterator
from typing import Any

from reviews.models import Qualification, Signature, Template

REVIEWED: tuple[type[Signature | Template | Qualification], ...] = (
    Signature,
    Template,
    Qualification,
)
"""The models whose rows a trigger guards."""


def steps() -> Iterator[tuple[str, str, str]]:
    """Every legal step as kind, origin and target, from the `NEXT` tables."""
    for model in REVIEWED:
        for origin, targets in model.NEXT.items():
            for target in sorted(targets):
                yield str(model._meta.model_name), str(origin), str(target)


def allow_steps(connection: Any) -> None:
    """Fill the table that the triggers ask; a migration calls it whenever `NEXT` has changed."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reviews_allowed_step")
        cursor.executemany("INSERT INTO reviews_allowed_step VALUES (%s, %s, %s)", list(steps()))
