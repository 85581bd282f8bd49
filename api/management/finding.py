"""Objects of a customer by the ids of the API; a stranger's do not exist."""

from typing import Any

from django.db.models import QuerySet

from customers.models import Application, Customer
from reviews.models import Qualification, Signature, Template

from .errors import INVALID, NO_APPLICATION, NO_SIGNATURE, NO_TEMPLATE, ManagementError
from .papers import parsed_id


def application(customer: Customer, id: str, *, named: str = "id") -> Application:
    """Raises `MSGSMS.0014` when there is none; `named` is the parameter that held the id."""
    rows = Application.objects.for_customer(customer).select_related("customer")
    found: Application = _found(rows, id, NO_APPLICATION, named)
    return found


def signature(
    customer: Customer, id: str, *, code: str = NO_SIGNATURE, named: str = "id"
) -> Signature:
    """Raises `MSGSMS.0005`, or `code`, when there is none."""
    found: Signature = _found(signatures(customer), id, code, named)
    return found


def template(customer: Customer, id: str) -> Template:
    """Raises `MSGSMS.0009` when there is none."""
    found: Template = _found(templates(customer), id, NO_TEMPLATE, "id")
    return found


def qualification(customer: Customer, id: str) -> Qualification:
    """Raises `MSGSMS.0002` when there is none."""
    rows = Qualification.objects.for_customer(customer)
    found: Qualification = _found(rows, id, INVALID, "qualification_id")
    return found


def signatures(customer: Customer) -> QuerySet[Any]:
    rows = Signature.objects.for_customer(customer)
    return rows.select_related("application", "customer", "qualification")


def templates(customer: Customer) -> QuerySet[Any]:
    rows = Template.objects.for_customer(customer)
    return rows.select_related("application", "customer", "signature")


def _found(rows: QuerySet[Any], id: str, code: str, named: str) -> Any:
    key = parsed_id(id)
    row = rows.filter(public_id=key).first() if key else None
    if row is None:
        raise ManagementError(code, f"{named}={id}")
    return row
