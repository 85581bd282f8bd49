"""Made-up pushes, for customers who try out their receiver."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from common.clock import now, utc_stamp
from common.codes import DELIVERED
from common.outbound import Answer, check_url
from customers.models import Application
from messaging.models import CallbackTarget
from messaging.models.part import Source

from . import posting
from .callback import DueCallback
from .payload import FORM, JSON, batch_body, form_body, signed_headers
from .push_keys import push_keys

RECIPIENT = "+8613800000000"
REPLY = "sample"


@dataclass(frozen=True, slots=True)
class Sample:
    """A push that was made up: the request as it was sent, and what came of it."""

    url: str
    headers: dict[str, str]
    body: bytes
    answer: Answer


def send_sample_report(
    *, application: Application, url: str, kind: CallbackTarget.Kind = CallbackTarget.Kind.SINGLE
) -> Sample:
    """Push the report of a message that never was, signed as the application's pushes are.

    Waits for the answer, at most a few seconds. Raises Refusal for an address that is none. The
    report says ``extend=sample``; nothing is stored or repeated.
    """
    check_url(url, field="url")
    report = _report(application, url, now())
    if kind == CallbackTarget.Kind.BATCH:
        return _sent(application, url, JSON, batch_body([report]))
    return _sent(application, url, FORM, form_body(report.form()))


def send_sample_uplink(*, application: Application, url: str, channel_number: str) -> Sample:
    """Push a reply that nobody wrote, as to `channel_number`; otherwise as `send_sample_report`.

    The fields are those of spec data-plane §5; the text says ``sample``.
    """
    check_url(url, field="url")
    fields = {
        "from": RECIPIENT,
        "to": channel_number,
        "body": REPLY,
        "smsMsgId": f"{uuid.uuid4()}_0",
    }
    if application.receives_uplink_time:
        fields["createTime"] = utc_stamp(now())
    return _sent(application, url, FORM, form_body(fields))


def _sent(application: Application, url: str, content_type: str, body: bytes) -> Sample:
    headers = signed_headers(url, content_type, body, push_keys(application.pk), now())
    return Sample(url, headers, body, posting.post(url, body=body, headers=headers))


def _report(application: Application, url: str, moment: datetime) -> DueCallback:
    return DueCallback(
        message_id=0,
        sequence=1,
        number=1,
        step=1,
        target_id=0,
        application_id=application.pk,
        url=url,
        request_uuid=uuid.uuid4(),
        extend="sample",
        recipient=RECIPIENT,
        parts=1,
        message_code=DELIVERED,
        part_code=DELIVERED,
        source=Source.CARRIER,
        reported_at=moment,
    )
