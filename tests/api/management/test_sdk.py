"""The vendor's own Python SDK runs its operations against the shipped web server."""

from collections.abc import Callable
from pathlib import Path

import huaweicloudsdkmsgsms.v2 as sdk
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.http.formdata import FormFile
from huaweicloudsdkmsgsms.v2.region import msgsms_region as region

from reviews.models import Signature, Template
from reviews.services import decide, submissions
from tests.api.management.caller import Caller, caller
from tests.factories import QualificationFactory, SignatureFactory, UserFactory
from tests.reviews.papers import png


@pytest.fixture
def stored_owner(transactional_db: None) -> Caller:
    """An owner whom the server process sees."""
    return caller()


@pytest.fixture
def client(server: str, stored_owner: Caller):
    credentials = BasicCredentials(
        stored_owner.key.access_key,
        str(stored_owner.key.secret_key),
        stored_owner.customer.project_id,
    )
    return (
        sdk.MsgsmsClient.new_builder().with_credentials(credentials).with_endpoint(server).build()
    )


@pytest.fixture
def qualification_id(stored_owner: Caller) -> str:
    return str(QualificationFactory(customer=stored_owner.customer, approved=True).public_id)


@pytest.fixture
def application(client):
    body = sdk.SmsAppAddReq(app_name="应用1", region="cn", show_secret=True)
    return client.create_app(sdk.CreateAppRequest(body=body))


@pytest.fixture
def signed(client, application, qualification_id: str) -> Callable:
    def sign(**changes: object):
        usual = {
            "app_id": application.id,
            "signature_name": "云上商城",
            "signature_type": "NOTIFY_TYPE",
            "signature_source": 0,
            "is_involved_third": "No",
            "qualification_id": qualification_id,
        }
        return sdk.SmsSignatureReq(**(usual | changes))

    return sign


def test_applications(client, application) -> None:
    assert len(application.app_key) == 28
    assert application.app_secret
    listed = client.list_app_details(sdk.ListAppDetailsRequest(app_name="应用", limit=10))
    assert (listed.total, listed.results[0].app_name) == (1, "应用1")
    shown = client.show_app(sdk.ShowAppRequest(id=application.id))
    assert (shown.status, shown.tenant.customer_id) == ("LAUNCHED", shown.customer_id)
    body = sdk.SmsAppUpdateReq(app_name="shop", region="cn", up_link_addr="https://example.com/u")
    changed = client.update_app(sdk.UpdateAppRequest(id=application.id, body=body))
    assert changed.app_name == "shop"
    count = client.show_app_count(sdk.ShowAppCountRequest(region="cn"))
    assert (count.total, count.used) == (2, 1)


def test_signatures(client, signed: Callable, tmp_path: Path) -> None:
    paper = tmp_path / "licence.png"
    paper.write_bytes(png())
    with paper.open("rb") as opened:
        body = sdk.UploadSignatureFileRequestBody(file=FormFile(opened))
        request = sdk.UploadSignatureFileRequest(file_desc="licence", body=body)
        file_id = client.upload_signature_file(request).file_id
    file = client.show_signature_file(sdk.ShowSignatureFileRequest(file_id=file_id))
    assert (file.file_name, file.file_size, file.file_desc) == (
        "licence.png",
        len(png()),
        "licence",
    )
    created = client.create_signature(sdk.CreateSignatureRequest(body=signed(file_id=file_id)))
    listed = client.list_signature_details(
        sdk.ListSignatureDetailsRequest(signature_id=created.signature_id)
    )
    assert (listed.total, listed.results[0].id) == (1, created.id)
    shown = client.show_signature(sdk.ShowSignatureRequest(id=created.id))
    assert (shown.status, shown.file_id) == ("PENDING_REVIEW", file_id)
    decide.reject(
        submission=submissions.open_case_of(Signature.objects.get()),
        reviewer=UserFactory(reviewer=True),
        reason_codes=["NEUTRAL_SIGNATURE"],
        comment="no",
    )
    changed = client.update_signature(
        sdk.UpdateSignatureRequest(id=created.id, body=signed(signature_name="新的商城"))
    )
    assert changed.signature_name == "新的商城"
    with pytest.raises(ClientRequestException) as refused:
        client.enable_signature(sdk.EnableSignatureRequest(id=created.id))
    assert refused.value.error_code == "MSGSMS.0130"
    assert refused.value.request_id
    client.delete_signature(sdk.DeleteSignatureRequest(id=created.id))
    assert not Signature.objects.exists()


def test_activation(client, stored_owner: Caller) -> None:
    retired = SignatureFactory(
        application=stored_owner.application(), usable=True, status="TO_BE_ACTIVATED"
    )
    client.enable_signature(sdk.EnableSignatureRequest(id=str(retired.public_id)))
    retired.refresh_from_db()
    assert retired.status == "PENDING_ACTIVATE"


def test_templates(client, application, signed: Callable) -> None:
    signature = client.create_signature(sdk.CreateSignatureRequest(body=signed()))

    def template(**changes: object):
        usual = {
            "app_id": application.id,
            "template_name": "发货",
            "template_type": "NOTIFY_TYPE",
            "template_content": "您的订单${1}已发货，请留意查收。",
            "region": "cn",
            "sign_id": signature.id,
            "universal_template": 0,
            "variable_attributes": [
                sdk.SmsTemplateVariableAttrReq(variable_index=1, variable_type="CHARDIGIT")
            ],
        }
        return sdk.SmsTemplateReq(**(usual | changes))

    created = client.create_template(sdk.CreateTemplateRequest(body=template()))
    listed = client.list_template_details(sdk.ListTemplateDetailsRequest(has_variable="Yes"))
    assert (listed.total, listed.results[0].flow_status) == (1, "SignReviewing")
    shown = client.show_template(sdk.ShowTemplateRequest(id=created.id))
    assert (shown.sign_id, shown.universal_template, shown.brackets) == (signature.id, 0, "CN")
    variables = client.list_template_varilable_details(
        sdk.ListTemplateVarilableDetailsRequest(id=created.id)
    )
    assert (variables.total, variables.results[0].variable_length) == (1, 20)
    body = template(template_name="新", flow_status="Pending")
    changed = client.update_template(sdk.UpdateTemplateRequest(id=created.id, body=body))
    assert changed.template_name == "新"
    client.delete_template(sdk.DeleteTemplateRequest(id=created.id))
    assert not Template.objects.exists()


def test_countries(client) -> None:
    countries = client.list_send_country_details(sdk.ListSendCountryDetailsRequest())
    assert [one.country_name_zh for one in countries.body] == ["中国"]


def test_the_project_is_looked_up(server: str, stored_owner: Caller, monkeypatch) -> None:
    monkeypatch.setenv("HUAWEICLOUD_SDK_REGION_MSGSMS_CN_NORTH_4", server)
    credentials = BasicCredentials(
        stored_owner.key.access_key, str(stored_owner.key.secret_key)
    ).with_iam_endpoint(server)
    client = (
        sdk.MsgsmsClient.new_builder()
        .with_credentials(credentials)
        .with_region(region.MsgsmsRegion.value_of("cn-north-4"))
        .build()
    )
    assert client.list_app_details(sdk.ListAppDetailsRequest()).total == 0


def test_a_wrong_secret(server: str, stored_owner: Caller) -> None:
    credentials = BasicCredentials(
        stored_owner.key.access_key, "wrong", stored_owner.customer.project_id
    )
    client = (
        sdk.MsgsmsClient.new_builder().with_credentials(credentials).with_endpoint(server).build()
    )
    with pytest.raises(ClientRequestException) as refused:
        client.list_app_details(sdk.ListAppDetailsRequest())
    assert (refused.value.status_code, refused.value.error_code) == (401, "APIGW.0301")
