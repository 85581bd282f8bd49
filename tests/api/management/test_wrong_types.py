"""Every field of every body with values of every type: a documented error, never a crash."""

import pytest

from reviews.models import Signature, Template
from tests.api.management.caller import Caller
from tests.factories import SignatureFactory, TemplateFactory

VALUES = (None, True, -1, 10**30, 1.5, "\0", "x" * 5_000, "😀", [[]], {"a": 1})
APPLICATION = {
    "app_name": "a",
    "region": "cn",
    "create_sign_and_template": False,
    "enterprise_project_id": "0",
    "enterprise_project_name": "default",
    "up_link_addr": "",
}
SIGNATURE = {
    "app_id": "",
    "signature_name": "云上商城",
    "signature_type": "NOTIFY_TYPE",
    "signature_source": 0,
    "is_involved_third": "No",
    "apply_desc": "",
    "file_id": "",
    "power_attorney_fileid": "",
    "signature_related_file_id": "",
    "source_title_content": "",
    "registration_number": "",
    "license_number": "",
    "qualification_id": "",
}
TEMPLATE = {
    "app_id": "",
    "template_name": "发货",
    "template_type": "NOTIFY_TYPE",
    "template_content": "您的订单${1}已发货，请留意查收。",
    "region": "cn",
    "sign_id": "",
    "universal_template": 0,
    "brackets": "CN",
    "template_desc": "",
    "send_country": [],
    "variable_attributes": [{"variable_index": 1, "variable_type": "CHARDIGIT"}],
    "flow_status": "",
}


def is_documented(answer: object) -> bool:
    return answer.status < 300 or (
        answer.status in (400, 403)
        and set(answer.body) == {"error_code", "error_msg", "error_detail"}
        and answer.body["error_code"].startswith("MSGSMS.")
    )


@pytest.mark.parametrize("field", APPLICATION)
def test_applications(owner: Caller, settings, field: str) -> None:
    settings.SMS_APPLICATION_QUOTA = 100
    path = f"apps/{owner.application().public_id}"
    for value in VALUES:
        for method, rest in (("POST", "apps"), ("PUT", path)):
            assert is_documented(owner.call(method, rest, APPLICATION | {field: value})), value


@pytest.mark.parametrize("field", SIGNATURE)
def test_signatures(owner: Caller, field: str) -> None:
    application = owner.application()
    usual = SIGNATURE | {"app_id": str(application.public_id)}
    for value in VALUES:
        Signature.objects.all().delete()
        path = f"signatures/{SignatureFactory(application=application, rejected=True).public_id}"
        for method, rest in (("POST", "signatures"), ("PUT", path)):
            assert is_documented(owner.call(method, rest, usual | {field: value})), value


@pytest.mark.parametrize("field", TEMPLATE)
def test_templates(owner: Caller, field: str) -> None:
    signature = SignatureFactory(application=owner.application(), usable=True)
    usual = TEMPLATE | {
        "app_id": str(signature.application.public_id),
        "sign_id": str(signature.public_id),
    }
    for value in VALUES:
        Template.objects.all().delete()
        template = TemplateFactory(
            application=signature.application, signature=signature, rejected=True
        )
        path = f"templates/{template.public_id}"
        for method, rest in (("POST", "templates"), ("PUT", path)):
            assert is_documented(owner.call(method, rest, usual | {field: value})), value


@pytest.mark.parametrize("field", ["variable_index", "variable_type", "variable_desc"])
def test_variables(owner: Caller, field: str) -> None:
    signature = SignatureFactory(application=owner.application(), usable=True)
    for value in VALUES:
        variable = {"variable_index": 1, "variable_type": "CHARDIGIT"} | {field: value}
        document = TEMPLATE | {
            "app_id": str(signature.application.public_id),
            "sign_id": str(signature.public_id),
            "variable_attributes": [variable],
        }
        assert is_documented(owner.call("POST", "templates", document)), value


@pytest.mark.parametrize(
    ("rest", "names"),
    [
        ("apps", ("app_name", "region", "status", "start_time", "limit", "offset", "sort_dir")),
        ("apps-count", ("region",)),
        ("signatures", ("app_name", "signature_id", "signature_name", "signature_type", "status")),
        ("signatures", ("site", "end_time")),
        ("templates", ("app_key", "flow_status", "has_variable", "sign_name", "template_id")),
        ("templates", ("template_name", "template_type", "region")),
        ("upload-files", ("file_id",)),
        ("country", ("country_name_en", "country_name_zh")),
    ],
)
def test_queries(owner: Caller, rest: str, names: tuple[str, ...]) -> None:
    for name in names:
        for value in ("", "\0", "x" * 5_000, "😀", "-1", "9" * 30, "{}", "%", "_", "'"):
            assert is_documented(owner.call("GET", rest, **{name: value})), (name, value)
