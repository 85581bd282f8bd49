"""How the portal tells of a refusal: at the field it is about, with nothing typed being lost."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest

from common.errors import Refusal


@contextmanager
def refused_into(form: BaseForm) -> Iterator[None]:
    """Turn a service's refusal into an error of the form (ruling 41)."""
    try:
        yield
    except Refusal as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, ValidationError(str(refusal), code=refusal.code))


@contextmanager
def told(request: HttpRequest, done: str) -> Iterator[None]:
    """Tell on the next page what was done, or why it was refused."""
    try:
        yield
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
