"""A call as a program in six languages, ready to be run; the secret is read from the environment.

The programs stand in the folder `programs`, with `@key`, `@url` and `@fields` for the values.
"""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .call import Call

_FOLDER = Path(__file__).parent / "programs"
_PLACE = re.compile(r"@(key|url|fields)")


@dataclass(frozen=True, slots=True)
class Language:
    """How a language writes a text, and a parameter of the call."""

    name: str
    stem: str
    literal: Callable[[str], str]
    field: Callable[[str, str], str]
    separator: str = "\n"
    key_literal: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """A program that makes a call."""

    language: str
    text: str


def programs(call: Call) -> Iterator[Program]:
    """The call in every language."""
    for language in LANGUAGES:
        yield Program(language.name, _written(call, language))


def _written(call: Call, language: Language) -> str:
    fields = (language.field(name, value) for name, value in call.fields.items())
    values = {
        "key": (language.key_literal or language.literal)(call.app_key),
        "url": language.literal(call.url),
        "fields": language.separator.join(fields),
    }
    return _PLACE.sub(lambda place: values[place[1]], _frame(language.stem))


@cache
def _frame(stem: str) -> str:
    return (_FOLDER / f"{stem}.txt").read_text(encoding="utf-8")


def _double_quoted(text: str) -> str:
    """A text as JSON writes it: right in Python, Java, JavaScript and Go, too."""
    return json.dumps(text, ensure_ascii=False)


def _single_quoted(text: str) -> str:
    """A text in PHP, where double quotes would fill in variables."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


LANGUAGES = (
    Language(
        "cURL",
        "curl",
        shlex.quote,
        lambda name, value: f"  --data-urlencode {shlex.quote(f'{name}={value}')}",
        " \\\n",
        key_literal=str,
    ),
    Language(
        "Python",
        "python",
        _double_quoted,
        lambda name, value: f'    "{name}": {_double_quoted(value)},',
    ),
    Language(
        "Java",
        "java",
        _double_quoted,
        lambda name, value: f'        fields.put("{name}", {_double_quoted(value)});',
    ),
    Language(
        "Node",
        "node",
        _double_quoted,
        lambda name, value: f"  {name}: {_double_quoted(value)},",
    ),
    Language(
        "Go",
        "go",
        _double_quoted,
        lambda name, value: f'\tfields.Set("{name}", {_double_quoted(value)})',
    ),
    Language(
        "PHP",
        "php",
        _single_quoted,
        lambda name, value: f"    '{name}' => {_single_quoted(value)},",
    ),
)
