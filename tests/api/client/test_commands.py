"""Every family of commands but the groups, against the product."""

import json

from messaging.models import Message
from tests.api.management.caller import caller
from tests.factories import TemplateFactory

from .conftest import Account

NUMBERS = ",".join(str(13_800_000_000 + n) for n in range(501))


def test_sending_once_and_what_became_of_it(account: Account):
    command = ("send", "--to", "13800138000,12", "--template", account.template.template_id)
    first, second = (account.run(*command, "--key", "k1", "--json") for _ in range(2))
    assert first.code == 1  # one of the numbers is none
    assert [one["status"] == "000000" for one in first.document] == [True, False]
    assert second.document == first.document
    message = Message.objects.get(recipient="+8613800138000")
    shown = account.run("reports", "show", message.sms_msg_id)
    assert (shown.code, "13800138000" in shown.out) == (0, True)
    waited = account.run("reports", "show", message.sms_msg_id, "--wait", "0.1")
    assert waited.code == 4


def test_many_numbers_with_values_and_their_reports(account: Account):
    valued = TemplateFactory(
        adopted=True,
        application=account.road.application,
        signature=account.template.signature,
        content="您的订单${1}将于${2}送达。",
        variable_attributes=[
            {"name": "1", "attribute": "CHARDIGIT"},
            {"name": "2", "attribute": "DATETIME"},
        ],
    )
    ran = account.run(
        *("send", "--to", NUMBERS, "--template", valued.template_id),
        *("--value", "A1", "--value", "2026-05-01"),
    )
    assert (ran.code, "501 accepted, 0 not." in ran.out) == (0, True), ran.err
    assert Message.objects.first().request.variables == ["A1", "2026-05-01"]

    account.road.deliver(3, callback="")
    first = account.run("reports", "pull", "--limit", "2", "--json").document
    rest = account.run(
        "reports", "pull", "--limit", "2", "--after", first["next"], "--all", "--json"
    ).document
    assert [len(first["reports"]), len(rest["reports"])] == [2, 1]
    everything = account.run("reports", "pull", "--all", "--limit", "1")
    assert everything.out.count("DELIVRD") == 3
    assert f"--after {rest['next']}" in everything.out


def test_templates_and_signatures(account: Account):
    templates = account.run("templates", "list")
    assert account.template.template_id in templates.out
    assert "您的包裹已送达。" in templates.out
    found = account.run("signatures", "list", "--name", account.template.signature.name)
    assert account.template.signature.channel_number in found.out
    assert account.run("templates", "list", "--name", "no such").out == "Nothing found.\n"

    body = {
        "app_id": str(account.road.application.public_id),
        "region": "cn",
        "template_name": "pick-up",
        "template_content": "您的包裹已到，请取件。",
        "sign_id": str(account.template.signature.public_id),
    }
    made = account.run("templates", "create", "-", "--json", given=json.dumps(body))
    assert made.code == 0, made.err
    id = made.document["id"]
    assert "pick-up" in account.run("templates", "show", id).out
    refused = account.run("templates", "delete", id)  # it is being reviewed
    assert (refused.code, "MSGSMS." in refused.err) == (1, True)
    other = TemplateFactory(application=caller().application())
    theirs = account.run("templates", "show", str(other.public_id))
    assert (theirs.code, "MSGSMS.0009" in theirs.err) == (1, True)
