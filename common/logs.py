"""Structured logs without phone numbers, secrets or message texts."""

import logging.config
import re
import sys
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from common.numbers import mask

NUMBER_KEYS = frozenset({"recipient", "recipients", "number", "numbers", "mobile", "phone", "to"})
"""Keys whose values are masked when they look like a number of any country."""

SECRET_KEYS = (
    "secret",
    "token",
    "password",
    "digest",
    "authorization",
    "text",
    "body",
    "variables",
)
"""Keys that are dropped, also as the last word of a longer key such as `app_secret`."""

CHATTER = ("celery.app.trace", "celery.beat", "celery.worker.strategy")
"""Loggers with a line per task: a schedule of every second would say nothing else."""

_MOBILE = re.compile(r"(?<![0-9])(?:(?:\+|00)?86)?(1[3-9][0-9]{9})(?![0-9])")
_ANY_NUMBER = re.compile(r"\+?[0-9]{7,20}")


def configure(json: bool, level: str) -> None:
    """Send structlog's and the standard library's records to standard output, redacted.

    `json` gives one JSON object a line, else key-values for a person at a console. `level` is
    a name such as `INFO`. Call it once per process, before the first record.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": _SHARED,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.format_exc_info,
                        drop_secrets,
                        mask_numbers,
                        _renderer(json),
                    ],
                }
            },
            "handlers": {
                "stdout": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://sys.stdout",
                    "formatter": "structured",
                }
            },
            "root": {"handlers": ["stdout"], "level": level},
            "loggers": {name: {"level": "WARNING"} for name in CHATTER},
        }
    )


def drop_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Processor: leave out what must never be logged, at any depth."""
    return {key: _without_secrets(value) for key, value in event.items() if not _is_secret(key)}


def mask_numbers(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Processor: mask phone numbers, by key and wherever a text holds a mainland mobile."""
    return {key: _masked(value, by_key=key in NUMBER_KEYS) for key, value in event.items()}


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def _renderer(json: bool) -> Processor:
    if json:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


def _is_secret(key: str) -> bool:
    name = key.lower()
    return name in SECRET_KEYS or name.endswith(tuple(f"_{word}" for word in SECRET_KEYS))


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _without_secrets(item) for key, item in value.items() if not _is_secret(str(key))
        }
    if isinstance(value, list | tuple):
        return [_without_secrets(item) for item in value]
    return value


def _masked(value: Any, *, by_key: bool) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _masked(item, by_key=by_key or key in NUMBER_KEYS) for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(item, by_key=by_key) for item in value]
    if by_key and isinstance(value, str | int) and _ANY_NUMBER.fullmatch(str(value)):
        return mask(str(value))
    return _MOBILE.sub(_mask_match, value) if isinstance(value, str) else value


def _mask_match(found: re.Match[str]) -> str:
    return mask(found[1])
