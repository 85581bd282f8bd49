"""Sentences that are kept: in their parts, and worded for whoever reads them."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.utils.functional import Promise
from django.utils.translation import gettext, override

from common.errors import Refusal

if TYPE_CHECKING:
    from common.errors import Sentence

    _TextField = models.TextField[Any, Any]
else:  # Django's fields are generic for type checkers only
    _TextField = models.TextField

_WITH_PARAMS = '{"text": '
"""How sentences with parameters begin where they are kept; others are their source text."""


class Worded(Promise):
    """A sentence with parameters, worded in the language of the moment; `worded` makes it."""

    def __init__(self, text: "Sentence", params: Mapping[str, Any]) -> None:
        self.text = text
        self.params = params

    def __str__(self) -> str:
        return _filled(str(self.text), self.params)


class KeptSentence(str):
    """A sentence as it was read from the database: worded, with the form it is kept in."""

    kept: str

    @classmethod
    def of(cls, kept: str) -> "KeptSentence":
        """Word a sentence in the language of the moment."""
        found = cls(_words(json.loads(kept) if kept.startswith(_WITH_PARAMS) else {"text": kept}))
        found.kept = kept
        return found


def worded(text: "Sentence", **params: Any) -> "Sentence":
    """A sentence whose parameters, `%(name)s` or `{name}`, may be sentences themselves."""
    return cast("Sentence", Worded(text, params))


def kept_form(sentence: Any) -> str:
    """How a sentence, or what a `Refusal` says, is kept: as its source text and parameters."""
    if isinstance(sentence, KeptSentence):
        return sentence.kept
    parts = _parts(sentence)
    return parts if isinstance(parts, str) else json.dumps(parts, ensure_ascii=False)


class SentenceField(_TextField):
    """A sentence for people, worded in the language in which its row is read."""

    _pyi_private_set_type: Any

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> str | None:
        """Word what the database holds."""
        return KeptSentence.of(value) if value else value

    def get_prep_value(self, value: Any) -> str | None:
        """Take it apart again."""
        return None if value is None else kept_form(value)


class SentencesField(models.JSONField):
    """A list of such sentences."""

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> list[str] | None:
        """Word what the database holds."""
        found = super().from_db_value(value, expression, connection)
        return found and [KeptSentence.of(one) for one in found]

    def get_prep_value(self, value: Any) -> Any:
        """Take them apart again."""
        return super().get_prep_value(value and [kept_form(one) for one in value])


def _parts(sentence: Any) -> Any:
    if isinstance(sentence, Refusal):
        sentence = Worded(sentence.message, sentence.params)
    if not isinstance(sentence, Worded):
        with override(None):  # the source text
            return str(sentence)
    text = _parts(sentence.text)
    if not sentence.params:
        return text
    return {"text": text, "params": {name: _param(one) for name, one in sentence.params.items()}}


def _param(value: Any) -> Any:
    """Numbers as they are, sentences with a mark that tells them from names of things."""
    if isinstance(value, (Promise, Refusal)):
        parts = _parts(value)
        return {"text": parts} if isinstance(parts, str) else parts
    return value if isinstance(value, (int, float)) else str(value)


def _words(parts: Mapping[str, Any]) -> str:
    text, params = parts["text"], parts.get("params", {})
    filled = {name: _words(one) if isinstance(one, dict) else one for name, one in params.items()}
    return _filled(gettext(text) if text else "", filled)


def _filled(text: str, params: Mapping[str, Any]) -> str:
    if not params:
        return text
    return text % params if "%(" in text else text.format(**params)
