"""No call that the OpenAPI document can think of is answered otherwise than it says."""

import os
import time
from collections import deque
from copy import deepcopy

import pytest
from schemathesis.schemas import APIOperation

from api.iam import tokens
from customers.models import Membership
from messaging.models import Channel
from tests.api.conftest import server, stored_shop
from tests.api.openapi.contract import described
from tests.api.shop import Shop
from tests.factories import MembershipFactory, QualificationFactory
from tests.fuzz.contract import Client, operations, violations
from tests.messaging.opt_outs import opted_out
from tests.messaging.road import Road

__all__ = ["server", "stored_shop"]

SECONDS = float(os.environ.get("FUZZ_SECONDS", "75")) * 4
"""Five minutes by default, as long as all of the send API's tests together."""
EXAMPLES = 20


@pytest.fixture
def client(server: str, stored_shop: Shop) -> Client:
    application, template = stored_shop.application, stored_shop.template
    customer = application.customer
    member = MembershipFactory(customer=customer, role=Membership.Role.OWNER)
    token, _row = tokens.issue(member, is_project_scoped=True)
    road = Road(application, Channel.objects.get(), template)
    (sms_msg_id,) = road.deliver(1, callback="http://127.0.0.1:9/report").sms_msg_ids(1)
    return Client(
        server=server,
        token=token,
        project_id=customer.project_id,
        shop=stored_shop,
        ids={
            "apps": str(application.public_id),
            "signatures": str(stored_shop.signature.public_id),
            "templates": str(template.public_id),
            "opt-outs": str(opted_out(application).pk),
            "qualifications": str(QualificationFactory(customer=customer).public_id),
        },
        own={
            "app_id": str(application.public_id),
            "sign_id": str(stored_shop.signature.public_id),
            "template_id": template.template_id,
            "templateId": template.template_id,
            "from": stored_shop.signature.channel_number,
            "sms_msg_id": sms_msg_id,
            "smsMsgId": sms_msg_id,
            "sequence": "1",
        },
    )


def test_one_of_each(client: Client):
    found = [words for one in operations(described()) for words in violations(client, one, 1)]
    assert not found, "\n\n".join(found)
    assert list(violations(client, undocumented(), 1))


def undocumented() -> APIOperation:
    """An operation whose every answer is missing from the document."""
    document = deepcopy(described())
    path = "/v1/{project_id}/console/balance"
    document["paths"] = {path: document["paths"][path]}
    document["paths"][path]["get"]["responses"] = {"418": {"description": "A teapot."}}
    (operation,) = operations(document)
    return operation


@pytest.mark.fuzz
def test_many_of_each(client: Client):
    """Round after round until the time is over; what broke its contract is left out then."""
    deadline = time.monotonic() + SECONDS
    waiting, found = deque(operations(described())), []
    while waiting and time.monotonic() < deadline:
        operation = waiting.popleft()
        if broken := list(violations(client, operation, EXAMPLES)):
            found += broken
        else:
            waiting.append(operation)
    assert not found, "\n\n".join(found)
