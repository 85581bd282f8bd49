"""From what a query says to what a search looks for."""

from collections.abc import Mapping
from typing import Any

from api.management import finding
from customers.models import Application, Customer
from messaging.queries import spans


def application_of(customer: Customer, query: Mapping[str, Any]) -> Application | None:
    """The application a query names; raises `MSGSMS.0014` when there is none of that id."""
    id = query.get("app_id")
    return finding.application(customer, id, named="app_id") if id else None


def narrowed(customer: Customer, query: Mapping[str, Any]) -> dict[str, Any]:
    """What all searches share; refuses a span of time that may not be searched."""
    start, end = spans.filled(query.get("start_time"), query.get("end_time"))
    spans.check(start, end)
    request_uuid, message_id = query.get("sms_msg_id") or (None, None)
    return {
        "customer": customer,
        "start": start,
        "end": end,
        "recipient": query.get("number") or "",
        "request_uuid": request_uuid,
        "message_id": message_id,
    }
