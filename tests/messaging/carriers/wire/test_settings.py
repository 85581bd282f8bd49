"""What may be set on a channel, and what is told of the rest."""

import dataclasses
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from messaging.carriers.base import ChannelSettings
from messaging.carriers.cmpp.settings import CmppSettings
from messaging.carriers.smpp.settings import SmppSettings
from messaging.carriers.wire.options import SettingError, names

ROOT = Path(__file__).resolve().parents[4]
SMPP = {"host": "smsc.example", "system_id": "platform"}
CMPP = {"host": "ismg.example", "source_addr": "901234"}


def test_defaults():
    smpp = SmppSettings.of(SMPP, {})
    assert (smpp.port, smpp.bind, smpp.tls, smpp.concatenation) == (
        2775,
        "transceiver",
        False,
        "udh",
    )
    cmpp = CmppSettings.of(CMPP, {})
    assert (cmpp.port, cmpp.version, cmpp.submits_in_flight) == (7890, "2.0", 16)
    terms = cmpp.terms()
    assert (terms.idle_s, terms.answer_timeout_s, terms.attempts) == (180, 60, 3)


def test_secrets_are_read_from_where_secrets_are_and_nowhere_else():
    config = SMPP | {"password": "shown"}
    assert SmppSettings.of(config, {}).password == ""
    assert SmppSettings.of(config, {"password": "hidden"}).password == "hidden"
    assert CmppSettings.of(CMPP, {"shared_secret": "hidden"}).shared_secret == "hidden"
    assert SmppSettings.of(SMPP, {"system_id": "other"}).system_id == "platform"


def test_secrets_are_no_names_of_settings():
    assert "password" not in names(SmppSettings)
    assert "shared_secret" not in names(CmppSettings)
    assert {"host", "answer_ids"} < names(SmppSettings)


def test_settings_of_others_are_left_alone():
    assert SmppSettings.of(SMPP | {"messages_per_s": 3, "colour": "red"}, {}).port == 2775


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("host", None),
        ("host", ""),
        ("host", 7),
        ("system_id", "sixteen-chars-xx"),
        ("system_id", "名"),
        ("port", 0),
        ("port", "2775"),
        ("port", 2775.5),
        ("port", True),
        ("bind", "receiver"),
        ("tls", 1),
        ("submits_in_flight", 0),
        ("answer_timeout_s", "soon"),
        ("answer_ids", "lower"),
        ("answer_ids", ["sideways"]),
        ("answer_ids", 5),
        ("wire_log_until", "tomorrow"),
        ("wire_log_until", 5),
    ],
)
def test_senseless_settings_are_named(setting: str, value: Any):
    with pytest.raises(SettingError) as caught:
        SmppSettings.of(SMPP | {setting: value}, {})
    assert caught.value.name == setting
    assert str(caught.value).startswith(setting)
    assert caught.value.rule


@pytest.mark.parametrize("name", ["host", "system_id"])
def test_what_must_be_there_is_asked_for(name: str):
    with pytest.raises(SettingError, match=f"{name}: it is missing"):
        SmppSettings.of({key: value for key, value in SMPP.items() if key != name}, {})


@pytest.mark.parametrize(
    ("setting", "value"),
    [("source_addr", "1234567"), ("version", "1.0"), ("version", 3.0), ("id_form", "binary")],
)
def test_senseless_settings_of_cmpp_are_named(setting: str, value: Any):
    with pytest.raises(SettingError, match=setting):
        CmppSettings.of(CMPP | {setting: value}, {})


def test_a_moment_without_a_zone_is_in_utc():
    settings = SmppSettings.of(SMPP | {"wire_log_until": "2026-11-23T10:00:00"}, {})
    assert settings.wire_log_until == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert SmppSettings.of(SMPP | {"wire_log_until": ""}, {}).wire_log_until is None


def test_a_secret_is_never_shown():
    secrets = {"password": "hidden"}
    assert "hidden" not in repr(SmppSettings.of(SMPP, secrets))
    assert "hidden" not in repr(ChannelSettings(1, "smpp", SMPP, Path(), secrets=secrets))


def test_the_documentation_lists_every_setting():
    text = (ROOT / "docs" / "carriers.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", text, re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    fields = {
        field.name for kind in (SmppSettings, CmppSettings) for field in dataclasses.fields(kind)
    }
    assert documented == fields
