"""What the customer has to send with (docs/billing.md); buying stays with the console's pages."""

from django.db.models import Sum
from rest_framework.request import Request
from rest_framework.response import Response

from api.console.documents import billing as documents
from api.console.serializers.paging import ConsolePage
from api.management.filters import filtered
from api.openapi.operations import console_operation
from common.clock import now
from customers.models import Package
from customers.services.billing import accounts, purses

from .base import ConsoleListing, ConsoleView

_TAG = "Balance"


class BalanceView(ConsoleView):
    @console_operation("ShowBalance", "Show the balance", tag=_TAG, answer="Balance")
    def get(self, request: Request, project_id: str) -> Response:
        account = accounts.account_of(self.customer)
        document = documents.balance(
            account,
            amount=purses.balance_of(account) if account else 0,
            usable_parts=purses.usable_parts(account, now()) if account else 0,
        )
        return Response(document)


class PackagesView(ConsoleListing):
    """Packages that are valid or will be, and those that ended."""

    @console_operation(
        "ListPackages", "List packages", tag=_TAG, query=ConsolePage, answer="Packages"
    )
    def get(self, request: Request, project_id: str) -> Response:
        query = self.read(ConsolePage, request.query_params)
        found = Package.objects.for_customer(self.customer).annotate(left=Sum("purses__amount"))
        rows, total = self.page(filtered(found, query, {}), query)
        results = [documents.package(row, row.left or 0) for row in rows]
        return Response({"results": results, "total": total})
