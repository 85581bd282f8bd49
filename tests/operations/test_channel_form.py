"""The form of a channel: each connector has its fields, and its secret is never told."""

import json
import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.urls import reverse

from customers.models import AuditEvent
from messaging.models import Channel
from tests.factories import ChannelFactory, UserFactory

from .conftest import client_of

ADD = reverse("admin:messaging_channel_add")
COMMON = {"name": "Shanghai", "window": "500", "is_enabled": "on"}
SMPP = COMMON | {
    "connector": "smpp",
    "smpp_host": "smsc.example",
    "smpp_port": "2776",
    "smpp_system_id": "platform",
    "smpp_password": "top-5ecr",
    "smpp_bind": "pair",
    "smpp_more": '{"utc_offset_h": 0, "answer_ids": ["lower"], "ucs2_only": true}',
}
CMPP = COMMON | {
    "connector": "cmpp",
    "cmpp_host": "ismg.example",
    "cmpp_source_addr": "901234",
    "cmpp_shared_secret": "top-5ecret",
    "cmpp_version": "3.0",
    "cmpp_more": "{}",
}
CONFIG = {"host": "smsc.example", "system_id": "platform"}
SECRET = {"password": "top-5ecr"}


@pytest.fixture
def stored(db) -> Channel:
    return ChannelFactory(name="Shanghai", connector="smpp", config=CONFIG, secrets=SECRET)


def change(channel: Channel) -> str:
    return reverse("admin:messaging_channel_change", args=[channel.pk])


def errors(page) -> dict[str, list[str]]:
    return dict(page.context["adminform"].form.errors)


def column() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets_json FROM messaging_channel")
        return cursor.fetchone()[0]


def test_an_smpp_channel_is_made(administration):
    assert administration.post(ADD, SMPP | {"messages_per_s": "50"}).status_code == 302
    channel = Channel.objects.get()
    assert (channel.connector, channel.config) == (
        "smpp",
        {
            "host": "smsc.example",
            "port": 2776,
            "system_id": "platform",
            "bind": "pair",
            "messages_per_s": 50.0,
            "utc_offset_h": 0,
            "answer_ids": ["lower"],
            "ucs2_only": True,
        },
    )
    assert channel.secrets == SECRET


def test_a_cmpp_channel_is_made(administration):
    assert administration.post(ADD, CMPP).status_code == 302
    channel = Channel.objects.get()
    assert channel.config == {"host": "ismg.example", "source_addr": "901234", "version": "3.0"}
    assert channel.secrets == {"shared_secret": "top-5ecret"}


@pytest.mark.parametrize(
    ("sent", "field"), [(SMPP, "smpp_password"), (CMPP, "cmpp_shared_secret")], ids=["smpp", "cmpp"]
)
def test_a_secret_is_encrypted_in_the_row_and_told_nowhere(administration, sent, field):
    administration.post(ADD, sent)
    channel = Channel.objects.get()
    assert sent[field] not in column()
    assert sent[field] not in repr(channel.__dict__)
    page = administration.get(change(channel)).content.decode()
    assert "One is stored." in page
    assert sent[field] not in page
    refused = administration.post(change(channel), sent | {"name": ""}).content.decode()
    assert sent[field] not in refused
    event = AuditEvent.objects.get()
    assert event.after[field] == "****"
    assert sent[field] not in json.dumps([event.before, event.after])
    history = reverse("admin:messaging_channel_history", args=[channel.pk])
    assert sent[field] not in administration.get(history).content.decode()


def test_a_secret_left_empty_stays(administration, stored: Channel):
    sent = SMPP | {"smpp_password": "", "smpp_host": "other.example"}
    assert administration.post(change(stored), sent).status_code == 302
    stored.refresh_from_db()
    assert (stored.config["host"], stored.secrets) == ("other.example", SECRET)
    assert "smpp_password" not in AuditEvent.objects.get().after


def test_a_secret_is_changed_and_the_change_is_on_record(administration, stored: Channel):
    assert administration.post(change(stored), SMPP | {"smpp_password": "new"}).status_code == 302
    stored.refresh_from_db()
    assert stored.secrets == {"password": "new"}
    assert AuditEvent.objects.get().after["smpp_password"] == "****"


def test_what_is_stored_fills_the_form(administration, stored: Channel):
    stored.config = CONFIG | {"tls": True, "utc_offset_h": 0}
    stored.save()
    form = administration.get(change(stored)).context["adminform"].form
    assert form["smpp_host"].value() == "smsc.example"
    assert form["smpp_tls"].value() is True
    assert json.loads(form["smpp_more"].value()) == {"utc_offset_h": 0}
    assert form["cmpp_host"].value() is None


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"smpp_host": ""}, "smpp_host", "This setting is needed."),
        ({"smpp_port": "70000"}, "smpp_port", "70000 is not between 1 and 65535."),
        ({"smpp_port": "0"}, "smpp_port", "0 is not between 1 and 65535."),
        ({"smpp_port": "http"}, "smpp_port", "Enter a whole number."),
        ({"smpp_system_id": "名"}, "smpp_system_id", "at most 15 ASCII characters"),
        ({"smpp_password": "nine-long"}, "smpp_password", "at most 8 ASCII characters"),
        ({"smpp_bind": "receiver"}, "smpp_bind", "Select a valid choice"),
        ({"smpp_more": '{"tls_ca_file": 5}'}, "smpp_more", "tls_ca_file: A text of at most 500"),
        ({"smpp_more": '{"answer_ids": "x"}'}, "smpp_more", "answer_ids: A list of some of"),
        ({"smpp_more": '{"ucs2_only": 1}'}, "smpp_more", "ucs2_only: true or false"),
        ({"smpp_more": '{"source_ton": 1.5}'}, "smpp_more", "source_ton: A whole number"),
        ({"smpp_more": '{"concatenation": "x"}'}, "smpp_more", "'x' is none of udh, sar."),
        ({"smpp_more": '{"wire_log_until": "x"}'}, "smpp_more", "wire_log_until: A moment as in"),
        ({"smpp_more": '{"wire_log_until": 5}'}, "smpp_more", "wire_log_until: A moment as in"),
        ({"smpp_more": '{"colour": "red"}'}, "smpp_more", "There is no setting colour"),
        ({"smpp_more": '{"password": "x"}'}, "smpp_more", "password has a field of its own"),
        ({"smpp_more": '{"host": "x"}'}, "smpp_more", "host has a field of its own"),
        ({"smpp_more": "[1]"}, "smpp_more", "A JSON object is needed"),
        ({"smpp_more": "{tls"}, "smpp_more", "A JSON object is needed"),
    ],
    ids=str,
)
def test_a_senseless_setting_is_named_at_its_field(administration, stored, sent, field, words):
    page = administration.post(change(stored), SMPP | sent)
    assert list(errors(page)) == [field]
    assert words in " ".join(errors(page)[field])
    stored.refresh_from_db()
    assert stored.config == CONFIG


def test_settings_of_cmpp_have_their_own_rules(administration):
    page = administration.post(ADD, CMPP | {"cmpp_source_addr": "1234567"})
    assert errors(page)["cmpp_source_addr"] == ["A text of at most 6 ASCII characters is needed."]


def test_fields_of_other_connectors_do_not_count(administration):
    others = {"cmpp_port": "what", "cmpp_more": "{", "cmpp_shared_secret": "other", "delay_s": "-1"}
    assert administration.post(ADD, SMPP | others).status_code == 302
    channel = Channel.objects.get()
    assert "delay_s" not in channel.config
    assert channel.secrets == SECRET
    assert not set(others) & set(AuditEvent.objects.get().after)


def test_another_connector_leaves_nothing_of_the_last_one(administration, stored: Channel):
    administration.post(change(stored), CMPP | {"cmpp_shared_secret": ""})
    stored.refresh_from_db()
    assert stored.config == {"host": "ismg.example", "source_addr": "901234", "version": "3.0"}
    assert stored.secrets == {}
    administration.post(change(stored), COMMON | {"connector": "simulated", "delay_s": "2"})
    stored.refresh_from_db()
    assert stored.config == {"delay_s": 2.0}


def test_each_connector_has_a_part_of_the_form_that_a_script_shows_and_hides(administration):
    page = administration.get(ADD).content.decode()
    for connector in ("simulated", "smpp", "cmpp"):
        assert re.search(rf'<fieldset class="[^"]*\bconnector-{connector}\b', page)
    assert re.search(r'<script src="[^"]*operations/channel[^"]*\.js" defer></script>', page)


def test_who_may_only_read_sees_the_settings_without_the_secret(stored: Channel):
    reader = UserFactory(staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_channel"))
    page = client_of(reader, "192.0.2.50").get(change(stored)).content.decode()
    assert "smsc.example" in page
    assert SECRET["password"] not in page
    assert '<input type="password"' not in page
