import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from common.logs import configure, drop_secrets, mask_numbers


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Leave the logging of the other tests as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_record_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    configure(json=True, level="INFO")
    structlog.get_logger("messaging").info("accepted", numbers=500, uuid="u-1")
    (line,) = lines(capsys)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "accepted",
        "level": "info",
        "logger": "messaging",
        "numbers": 500,
        "uuid": "u-1",
    }


def test_the_standard_library_goes_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    configure(json=True, level="INFO")
    logging.getLogger("celery").warning("task for %s failed", "+8613800138000")
    (line,) = lines(capsys)
    assert line["event"] == "task for 138****8000 failed"
    assert (line["level"], line["logger"]) == ("warning", "celery")


def test_records_below_the_level_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure(json=True, level="WARNING")
    structlog.get_logger("a").info("quiet")
    logging.getLogger("b").info("quiet")
    structlog.get_logger("a").warning("loud")
    assert [line["event"] for line in lines(capsys)] == ["loud"]


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_is_masked_too(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    configure(json=as_json, level="INFO")
    try:
        raise ValueError("no route for 13800138000")
    except ValueError:
        structlog.get_logger("a").exception("structlog")
        logging.getLogger("b").exception("stdlib")
    output = capsys.readouterr().out
    assert output.count("ValueError: no route for 138****8000") == 2
    assert "13800138000" not in output


def test_the_console_shows_key_values(capsys: pytest.CaptureFixture[str]) -> None:
    configure(json=False, level="INFO")
    structlog.get_logger("a").info("sent", recipient="13800138000", app_secret="s3cret")
    output = capsys.readouterr().out
    assert "sent" in output
    assert "138****8000" in output
    assert "s3cret" not in output


def test_bound_context_is_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    configure(json=True, level="INFO")
    structlog.contextvars.bind_contextvars(mobile="+4915112345678", token="s3cret")
    structlog.get_logger("a").info("bound")
    (line,) = lines(capsys)
    assert line["mobile"] == "+49****5678"
    assert "token" not in line


@pytest.mark.parametrize(
    "key",
    [
        "secret",
        "app_secret",
        "TOKEN",
        "csrf_token",
        "password",
        "digest",
        "text",
        "body",
        "variables",
    ],
)
def test_secrets_are_dropped(key: str) -> None:
    event = {key: "s3cret", "kept": {"inner": 1, key: "s3cret"}, "rows": [{key: "s3cret"}]}
    assert drop_secrets(None, "info", event) == {"kept": {"inner": 1}, "rows": [{}]}


def test_words_that_only_contain_such_a_key_are_kept() -> None:
    event = {"context": 1, "tokens": 2, "body_length": 3}
    assert drop_secrets(None, "info", event) == event


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("13800138000", "138****8000"),
        ("+4915112345678", "+49****5678"),
        (13800138000, "138****8000"),
        (["13800138000", "+4915112345678"], ["138****8000", "+49****5678"]),
        (500, 500),
        (True, True),
        (None, None),
        ("delivered", "delivered"),
    ],
)
def test_values_of_number_keys_are_masked(value: object, masked: object) -> None:
    assert mask_numbers(None, "info", {"recipient": value}) == {"recipient": masked}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("to 13800138000, 19912345678", "to 138****8000, 199****5678"),
        ("+8613800138000", "138****8000"),
        ("8613800138000", "138****8000"),
        ("008613800138000", "138****8000"),
        ("to=%2B8613800138000&", "to=%2B138****8000&"),
        ("1700000000000", "1700000000000"),
        ("12800138000", "12800138000"),
        ("u-1_85496076", "u-1_85496076"),
    ],
)
def test_a_mobile_inside_any_text_is_masked(text: str, masked: str) -> None:
    assert mask_numbers(None, "info", {"event": text, "deep": {"a": [text]}}) == {
        "event": masked,
        "deep": {"a": [masked]},
    }
