"""The programs of the page "Send test" run, and send what the page would have sent."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from api.data_plane import credentials
from messaging.models import Message
from messaging.models.ids import forget as forget_ids
from messaging.models.partitions import ensure_partitions
from messaging.services import catalogue
from portal.sendtest.call import Call
from portal.sendtest.programs import programs
from tests.factories import ChannelFactory, TemplateFactory

GOLDEN = Path(__file__).parent / "programs"
SUFFIXES = {"cURL": "sh", "Python": "py", "Java": "java", "Node": "mjs", "Go": "go", "PHP": "php"}
INTERPRETERS = {
    "cURL": ["sh", "send_sms.sh"],
    "Python": ["python3", "send_sms.py"],
    "Node": ["node", "send_sms.mjs"],
    "Java": ["java", "SendSms.java"],
    "Go": ["go", "run", "send_sms.go"],
    "PHP": ["php", "send_sms.php"],
}
AWKWARD = """5'x" $y`z`\\&+%李😀@a"""
"""A value with everything that one of the languages might take for its own."""

SOME_CALL = {
    "from": "csms200000001",
    "to": "+8613800138000",
    "templateId": "0123456789abcdef0123456789abcdef",
    "templateParas": json.dumps([AWKWARD], ensure_ascii=False),
    "statusCallback": "https://sms.example.com/report?a=1&b=2",
    "signature": "云上商城",
}


def written(call: Call) -> dict[str, str]:
    return {program.language: program.text for program in programs(call)}


@pytest.mark.parametrize("language", SUFFIXES)
def test_programs_are_as_they_were_reviewed(language: str, settings):
    settings.SMS_BASE_URL = "https://sms.example.cn"
    program = written(Call("demoAppKey000000000000000001", SOME_CALL))[language]
    golden = GOLDEN / f"send_sms.{SUFFIXES[language]}.txt"
    assert program == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", INTERPRETERS)
@pytest.mark.django_db(transaction=True)
def test_programs_send(language: str, live_server, settings, tmp_path: Path):
    command, name = INTERPRETERS[language], INTERPRETERS[language][-1]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed; the text is compared above")
    settings.SMS_BASE_URL = live_server.url
    _start_afresh()
    ChannelFactory(is_default=True)
    template = TemplateFactory(
        adopted=True,
        content="尊敬的${1}，您好。",
        variable_attributes=[{"name": "1", "attribute": "TXT_20"}],
    )
    fields = {
        "from": template.signature.channel_number,
        "to": "+8613800138000",
        "templateId": template.template_id,
        "templateParas": json.dumps([AWKWARD], ensure_ascii=False),
    }
    program = written(Call(template.application.app_key, fields))[language]
    (tmp_path / name).write_text(program, encoding="utf-8")

    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | {"SMS_APP_SECRET": template.application.app_secret},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["code"] == "000000", answer
    assert answer["result"][0]["status"] == "000000"
    message = Message.objects.get()
    assert message.request.variables == [AWKWARD]
    assert message.sms_msg_id == answer["result"][0]["smsMsgId"]


def _start_afresh() -> None:
    assert django_settings.SMS_BASE_URL.startswith("http://")
    for forget in (credentials.forget, catalogue.forget, forget_ids):
        forget()
    ensure_partitions()
