"""A made-up status report, for customers who try out their receiver."""

import uuid
from datetime import datetime
from urllib.parse import urlencode

from common.clock import now
from common.codes import DELIVERED
from common.outbound import Answer, check_url
from customers.models import Application
from messaging.models import CallbackTarget
from messaging.models.part import Source

from . import posting
from .callback import DueCallback
from .payload import FORM, JSON, batch_body, signed_headers
from .push_keys import push_keys


def send_sample_report(
    *, application: Application, url: str, kind: CallbackTarget.Kind = CallbackTarget.Kind.SINGLE
) -> Answer:
    """Push the report of a message that never was, signed as the application's pushes are.

    Waits for the answer, at most a few seconds. Raises Refusal for an address that is none. The
    report says ``extend=sample``; nothing is stored or repeated.
    """
    check_url(url, field="url")
    report = _report(application, url, now())
    if kind == CallbackTarget.Kind.BATCH:
        content_type, body = JSON, batch_body([report])
    else:
        content_type, body = FORM, urlencode(report.form()).encode()
    headers = signed_headers(url, content_type, body, push_keys(application.pk), now())
    return posting.post(url, body=body, headers=headers)


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
        recipient="+8613800000000",
        parts=1,
        message_code=DELIVERED,
        part_code=DELIVERED,
        source=Source.CARRIER,
        reported_at=moment,
    )
