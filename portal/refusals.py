"""How the portal tells of a refusal: at the field it is about, with nothing typed being lost."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.forms import BaseForm

from common.errors import Refusal


@contextmanager
def refused_into(form: BaseForm) -> Iterator[None]:
    """Turn a service's refusal into an error of the form (ruling 41)."""
    try:
        yield
    except Refusal as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, str(refusal))
