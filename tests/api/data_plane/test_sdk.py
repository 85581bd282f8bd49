"""The vendor's own Python SDK against the shipped web server, by both calls."""

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdksmsapi.v1 import (
    BatchSendDiffSmsRequest,
    BatchSendDiffSmsRequestBody,
    BatchSendSmsRequest,
    BatchSendSmsRequestBody,
    SMSApiClient,
    SmsContent,
)
from huaweicloudsdksmsapi.v1.smsapi_credentials import SMSApiCredentials

from messaging.models import Message, SendRequest
from tests.api.conftest import stored
from tests.api.shop import Shop


def client(server: str, shop: Shop, secret: str = "") -> SMSApiClient:
    credentials = SMSApiCredentials(
        shop.application.app_key, str(secret or shop.application.app_secret)
    )
    return SMSApiClient.new_builder().with_credentials(credentials).with_endpoint(server).build()


def test_batch_send_sms(server: str, stored_shop: Shop) -> None:
    shop = stored_shop
    body = BatchSendSmsRequestBody(
        _from=shop.signature.channel_number,
        to="+8613800138000,13800138001",
        template_id=shop.template.template_id,
        template_paras='["A1001"]',
        status_callback="https://sms.example.com/report",
        extend="订单 77",
    )
    answer = client(server, shop).batch_send_sms(BatchSendSmsRequest(body=body))
    assert (answer.code, answer.description) == ("000000", "Success")
    assert [one.status for one in answer.result] == ["000000", "000000"]
    assert [one.total for one in answer.result] == [1, 1]
    messages = Message.objects.select_related("request").order_by("id")
    assert [one.sms_msg_id for one in answer.result] == [one.sms_msg_id for one in messages]
    assert SendRequest.objects.get().extend == "订单 77"


def test_batch_send_diff_sms(server: str, stored_shop: Shop) -> None:
    shop = stored_shop
    contents = [
        SmsContent(
            to=["+8613800138000"],
            template_id=shop.template.template_id,
            template_paras=["A1001"],
        ),
        SmsContent(to=["13800138001"], template_id="0" * 32, template_paras=["人民公园"]),
    ]
    body = BatchSendDiffSmsRequestBody(_from=shop.signature.channel_number, sms_content=contents)
    answer = client(server, shop).batch_send_diff_sms(BatchSendDiffSmsRequest(body=body))
    assert answer.code == "000000"
    assert [one.status for one in answer.result] == ["000000", "E200030"]
    assert stored() == (1, 1, 0)


def test_a_wrong_secret(server: str, stored_shop: Shop) -> None:
    body = BatchSendSmsRequestBody(
        _from="csms1", to="13800138000", template_id="0" * 32, template_paras="[]"
    )
    with pytest.raises(ClientRequestException) as refused:
        client(server, stored_shop, "wrong").batch_send_sms(BatchSendSmsRequest(body=body))
    assert refused.value.status_code == 400
    assert "E000045" in refused.value.error_msg or refused.value.error_code == "E000045"
