"""Settings of a channel as fields of a dataclass that know what is allowed."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

S = TypeVar("S")

_CHECK = "check"
_HIDDEN = "is_hidden"


class SettingError(ValueError):
    """A setting that makes no sense: which one, and what is allowed."""

    def __init__(self, name: str, rule: str) -> None:
        super().__init__(f"{name}: {rule}")
        self.name = name
        self.rule = rule


def number(default: float, *, least: float, most: float) -> Any:
    """A number with both bounds allowed; whole where `default` is."""

    def check(value: Any) -> float:
        is_whole = isinstance(default, int)
        if isinstance(value, bool) or not isinstance(value, int if is_whole else (int, float)):
            raise ValueError("a whole number is needed" if is_whole else "a number is needed")
        if not least <= value <= most:
            raise ValueError(f"{value} is not between {least} and {most}")
        return value if is_whole else float(value)

    return _option(default, check)


def text(default: str | None = None, *, most: int) -> Any:
    """A text of at most `most` ASCII characters; needed where there is no default."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not value.isascii() or len(value) > most:
            raise ValueError(f"a text of at most {most} ASCII characters is needed")
        if not value and default is None:
            raise ValueError("it is missing")
        return value

    return _option("" if default is None else default, check)


def secret(*, most: int) -> Any:
    """A text that is never shown; empty by default."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not value.isascii() or len(value) > most:
            raise ValueError(f"a text of at most {most} ASCII characters is needed")
        return value

    return _option("", check, is_hidden=True)


def choice(default: str, *others: str) -> Any:
    """One of some words."""
    allowed = (default, *others)

    def check(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
        return str(value)

    return _option(default, check)


def choices(*allowed: str) -> Any:
    """Any of some words, in the order given; none by default."""

    def check(value: Any) -> tuple[str, ...]:
        if isinstance(value, str) or not all(one in allowed for one in value):
            raise ValueError(f"a list of some of {', '.join(allowed)} is needed")
        return tuple(value)

    return _option((), check)


def moment() -> Any:
    """A moment in ISO 8601, in UTC where it names no zone; none by default."""

    def check(value: Any) -> datetime | None:
        if not value:
            return None
        told = datetime.fromisoformat(value)
        return told if told.tzinfo else told.replace(tzinfo=UTC)

    return _option(None, check)


def switch(*, default: bool = False) -> Any:
    """True or false."""

    def check(value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError("true or false is needed")
        return value

    return _option(default, check)


def read(kind: type[S], config: Mapping[str, Any], secrets: Mapping[str, str]) -> S:
    """The settings in `config` and, those that are secret, in `secrets` only.

    Raises SettingError for the first that is not allowed. Other keys belong to others and are
    left alone.
    """
    values = {}
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]  # only dataclasses come here
        source = secrets if field.metadata[_HIDDEN] else config
        try:
            values[field.name] = field.metadata[_CHECK](source.get(field.name, field.default))
        except (ValueError, TypeError) as error:
            raise SettingError(field.name, str(error)) from None
    return kind(**values)


def names(kind: type[Any]) -> frozenset[str]:
    """The settings that may stand in a channel's `config`: all but its secrets."""
    fields = dataclasses.fields(kind)
    return frozenset(field.name for field in fields if not field.metadata[_HIDDEN])


def _option(default: Any, check: Callable[[Any], Any], *, is_hidden: bool = False) -> Any:
    return dataclasses.field(
        default=default, repr=not is_hidden, metadata={_CHECK: check, _HIDDEN: is_hidden}
    )
