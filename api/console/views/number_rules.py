"""Number control: whom the customer never, or always, sends to (spec console §13.6)."""

from rest_framework.request import Request
from rest_framework.response import Response

from api.console.documents import blocking as documents
from api.console.serializers.blocking import RuleIdsBody, RulesBody, SwitchBody
from api.console.serializers.paging import ConsolePage
from api.management.errors import INVALID, ManagementError
from api.management.filters import filtered
from api.openapi.operations import console_operation
from messaging.models import NumberRule
from messaging.services import number_control
from messaging.services.lines import WrongLines

from .base import ConsoleListing, ConsoleView

_TAG = "Blocklists"
MOST_TOLD = 5
"""Wrong lines that a refusal quotes."""


class RulesView(ConsoleListing):
    @console_operation(
        "ListNumberRules", "List number rules", tag=_TAG, query=ConsolePage, answer="NumberRules"
    )
    def get(self, request: Request, project_id: str) -> Response:
        query = self.read(ConsolePage, request.query_params)
        own = NumberRule.objects.for_customer(self.customer)
        rows, total = self.page(filtered(own, query, {}), query)
        return Response(
            {
                "is_enabled": number_control.is_enabled(self.customer),
                "results": [documents.rule(row, self.shown) for row in rows],
                "total": total,
            }
        )

    @console_operation(
        "AddNumberRules",
        "Add number rules: all lines, or none",
        tag=_TAG,
        body=RulesBody,
        answer="Count",
        example={"kind": "deny", "lines": ["+8613800138000", "6789*"]},
    )
    def post(self, request: Request, project_id: str) -> Response:
        body = self.read(RulesBody)
        try:
            count = number_control.add_rules(customer=self.customer, **body, **self.acting)
        except WrongLines as refusal:
            raise ManagementError(INVALID, _in_places(refusal)) from None
        return Response({"count": count})


class RuleBatchView(ConsoleView):
    @console_operation(
        "DeleteNumberRules",
        "Delete number rules",
        tag=_TAG,
        body=RuleIdsBody,
        answer="Count",
        example={"ids": [1]},
    )
    def post(self, request: Request, project_id: str) -> Response:
        ids = self.read(RuleIdsBody)["ids"]
        count = number_control.remove_rules(customer=self.customer, ids=ids, **self.acting)
        return Response({"count": count})


class RuleSwitchView(ConsoleView):
    @console_operation(
        "SwitchNumberRules",
        "Put the number rules into force, or out of it",
        tag=_TAG,
        body=SwitchBody,
        example={"is_enabled": True},
    )
    def put(self, request: Request, project_id: str) -> Response:
        number_control.switch(customer=self.customer, **self.read(SwitchBody), **self.acting)
        return Response(status=204)


def _in_places(refusal: WrongLines) -> str:
    lines = (
        f"lines.{line.place - 1}: {line.text}: {line.reason}" for line in refusal.lines[:MOST_TOLD]
    )
    return "; ".join((str(refusal), *lines))
