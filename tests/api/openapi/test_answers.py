"""The examples of the document run, and the answers are as it says."""

import json
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from tests.api.management.caller import Caller
from tests.api.openapi import contract
from tests.api.shop import FORM, JSON, Shop, form
from tests.factories import SignatureFactory, TemplateFactory

PROJECT = "/v2/{project_id}/msgsms/"


@pytest.fixture
def check():
    """Compares a body with the schema of an operation's answer of that status."""
    return contract.check


def example_of(described: dict[str, Any], method: str, path: str) -> Any:
    (media,) = described["paths"][path][method]["requestBody"]["content"].values()
    if "example" in media:
        return media["example"]
    (example,) = media["examples"].values()
    return example["value"]


def test_examples_have_the_form_of_their_schema(described: dict[str, Any]):
    seen = 0
    for methods in described["paths"].values():
        for operation in methods.values():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                values = [one["value"] for one in media.get("examples", {}).values()]
                values += [media["example"]] if "example" in media else []
                whole = {**media["schema"], "components": described["components"]}
                for value in values:
                    Draft202012Validator(whole).validate(value)
                    seen += 1
    assert seen >= 9


def test_examples_of_the_management_api_run(owner: Caller, described: dict[str, Any], check):
    ids = {"app_id": str(owner.application().public_id)}
    for name in ("apps", "signatures", "templates", "templates/batch-delete"):
        body = example_of(described, "post", PROJECT + name)
        answer = owner.call("POST", name, body | {key: ids[key] for key in ids if key in body})
        assert answer.status == 200, answer.body
        check("post", PROJECT + name, 200, answer.body)
        if name == "signatures":
            ids["sign_id"] = answer.body["id"]


def test_everything_that_can_be_shown(owner: Caller, check):
    application = owner.application()
    signature = SignatureFactory(application=application)
    template = TemplateFactory(application=application, signature=signature)
    for path, id_ in {
        "apps": "",
        "apps/{id}": application.public_id,
        "signatures": "",
        "signatures/{id}": signature.public_id,
        "templates": "",
        "templates/{id}": template.public_id,
        "templates/{id}/varilable": template.public_id,
        "country": "",
    }.items():
        answer = owner.call("GET", path.replace("{id}", str(id_)))
        assert answer.status == 200, path
        check("get", PROJECT + path, 200, answer.body)
    count = owner.call("GET", "apps-count", region="cn")
    check("get", PROJECT + "apps-count", 200, count.body)


def test_what_is_deleted_and_refused(owner: Caller, check):
    signature = SignatureFactory(application=owner.application(), rejected=True)
    path = PROJECT + "signatures/{id}"
    for status in (204, 400):
        answer = owner.call("DELETE", f"signatures/{signature.public_id}")
        assert answer.status == status
        check("delete", path, status, answer.body)
    unsigned = owner.send("GET", owner.path("apps"), headers={})
    check("get", PROJECT + "apps", 401, unsigned.body)


def test_identity(owner: Caller, check):
    projects = owner.send("GET", "/v3/projects", query={"name": "cn-north-4"})
    check("get", "/v3/projects", 200, projects.body)
    wrong = owner.send("POST", "/v3/auth/tokens", body=b"{}", headers={})
    check("post", "/v3/auth/tokens", 400, wrong.body)


def test_sending_runs_as_in_the_examples(shop: Shop, described: dict[str, Any], check):
    path = "/sms/batchSendSms/v1"
    own = {"from": shop.signature.channel_number, "templateId": shop.template.template_id}
    body = example_of(described, "post", path) | own | {"templateParas": '["A1001"]'}
    sent = shop.post(form(body))
    assert sent.statuses == ["000000"]
    check("post", path, 200, sent.body)
    refused = shop.post(form(body | {"to": ""}))
    check("post", path, 400, refused.body)


def test_the_other_calls_run_as_in_the_examples(shop: Shop, described: dict[str, Any], check):
    path = "/sms/batchSendDiffSms/v1"
    body = example_of(described, "post", path)
    body = body | {"from": shop.signature.channel_number}
    element = body["smsContent"][0] | {
        "templateId": shop.template.template_id,
        "templateParas": ["A1001"],
    }
    sent = shop.post_diff(json.dumps(body | {"smsContent": [element]}).encode())
    assert sent.statuses == ["000000"]
    check("post", path, 200, sent.body)
    path = "/sms/conversions/v1"
    told = {
        "conversions": [{"smsMsgId": one["smsMsgId"], "used": True} for one in sent.body["result"]]
    }
    for document in (told, example_of(described, "post", path)):
        answer = shop.post(json.dumps(document).encode(), path=path, content_type=JSON)
        check("post", path, 200, answer.body)
    wrong = shop.post(form(told), path=path, content_type=FORM)
    check("post", path, 400, wrong.body)


def test_reports_to_fetch(shop: Shop, client: Client, check):
    path = "/sms/events/v1"
    for limit, status in (("1000", 200), ("1001", 400)):
        answer = client.get(path, {"limit": limit}, headers=shop.wsse())
        assert answer.status_code == status
        check("get", path, status, answer.json())
