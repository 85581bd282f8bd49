"""Group tasks in requests."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.console.serializers.paging import ConsolePage
from api.management.serializers.fields import Body, LocalTime, Text, Truth
from messaging.groups.results import Outcome
from messaging.models import GroupTask

MOST_AFTER = 2**31 - 1
FASTEST = 100_000
_NO_TEXT = "holds a character that is none (a lone surrogate)"


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class Numbers(serializers.Field[Sequence[Sequence[str]], Any, Any, Any]):
    """Numbers as texts; read in one go, as there may be a million of them."""

    default_error_messages = {"type": "must be an array of strings", "text": _NO_TEXT}

    def to_internal_value(self, data: Any) -> Sequence[Sequence[str]]:
        if not isinstance(data, list) or not all(isinstance(one, str) for one in data):
            self.fail("type")
        if not _is_writable(data):
            self.fail("text")
        return [[number] for number in data]


@extend_schema_field(
    {"type": "array", "items": {"type": "array", "items": {"type": "string"}, "minItems": 1}}
)
class Rows(serializers.Field[Sequence[Sequence[str]], Any, Any, Any]):
    """Rows of a number and the values of the template's variables, in their order."""

    default_error_messages = {"type": "must be an array of arrays of strings", "text": _NO_TEXT}

    def to_internal_value(self, data: Any) -> Sequence[Sequence[str]]:
        if not isinstance(data, list) or not all(map(_is_row, data)):
            self.fail("type")
        rows: Sequence[Sequence[str]] = data
        if not _is_writable(chain.from_iterable(rows)):
            self.fail("text")
        return rows


def _is_writable(texts: Iterable[str]) -> bool:
    """Whether texts can be written in UTF-8: JSON may carry halves of characters."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_row(row: Any) -> bool:
    return isinstance(row, list) and bool(row) and all(isinstance(one, str) for one in row)


class _GroupBody(Body):
    name = Text(max_length=64)
    template_id = Text(max_length=64)
    sign_id = Text(max_length=64, required=False)
    rate = serializers.IntegerField(min_value=1, max_value=FASTEST, required=False, allow_null=True)


class GroupBody(_GroupBody):
    """A task for numbers or rows in the body: one of the two."""

    numbers = Numbers(required=False)
    rows = Rows(required=False)

    def validate(self, attrs: Any) -> Any:
        if ("numbers" in attrs) == ("rows" in attrs):
            raise serializers.ValidationError({"numbers": "give either numbers or rows"})
        return attrs


class GroupUploadBody(_GroupBody):
    """A task for the numbers of a file, as `multipart/form-data`."""

    file = serializers.FileField(allow_empty_file=True)


class GroupChangesBody(Body):
    """What changes of a task; what is left out stays, and null means none: at once, no limit."""

    name = Text(max_length=64, required=False)
    rate = serializers.IntegerField(min_value=1, max_value=FASTEST, required=False, allow_null=True)
    scheduled_at = LocalTime(required=False, allow_null=True)


class GroupStartBody(Body):
    """When a checked task starts; without a time at once."""

    scheduled_at = LocalTime(required=False, allow_null=True)
    accept_problems = Truth(default=False)


class GroupsQuery(ConsolePage):
    name = Text(max_length=64, required=False)
    state = serializers.ChoiceField(GroupTask.State.choices, required=False, allow_blank=True)


class _Behind(serializers.Serializer[Any]):
    limit = serializers.IntegerField(min_value=1, max_value=500, default=50)
    after = serializers.IntegerField(min_value=0, max_value=MOST_AFTER, default=0)


class GroupNumbersQuery(_Behind):
    outcome = serializers.ChoiceField(Outcome.choices, required=False, allow_blank=True)
    code = Text(max_length=32, required=False)
    number = Text(max_length=32, required=False)


class GroupProblemsQuery(_Behind):
    kind = Text(max_length=32, required=False)
