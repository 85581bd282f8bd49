"""A customer's server that calls the console API with an access key."""

from http import HTTPStatus
from typing import Any

from customers.models import Membership
from tests.api.management.caller import Answer, Caller
from tests.api.openapi import contract
from tests.factories import MembershipFactory


class ConsoleCaller(Caller):
    """Every answer to it is compared with the OpenAPI document."""

    def path(self, rest: str) -> str:
        return f"/v1/{self.customer.project_id}/console/{rest}"

    def call(self, method: str, rest: str, document: Any = None, **query: Any) -> Answer:
        answer = super().call(method, rest, document, **query)
        if answer.status != HTTPStatus.NOT_FOUND or answer.told[1] == "CONSOLE.0404":
            contract.check(method.lower(), self.path(rest), answer.status, answer.body)
        return answer

    def colleague(self, role: str) -> "ConsoleCaller":
        """Another member of the same account."""
        return ConsoleCaller(MembershipFactory(customer=self.customer, role=role))


def console_caller(role: str = Membership.Role.OWNER, **customer: Any) -> ConsoleCaller:
    """A member of a new account; `customer` as `CustomerFactory` takes it."""
    values = {f"customer__{name}": value for name, value in customer.items()}
    return ConsoleCaller(MembershipFactory(role=role, **values))
