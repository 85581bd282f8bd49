"""Balance and packages, the ledger, prices and monthly statements (spec console §2.5 and §12)."""

from datetime import date
from itertools import pairwise

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_tables2 import RequestConfig

from common.clock import now
from common.peers import address_of
from customers.models import Application, BillingAccount, LedgerEntry
from customers.models.billing import Kind
from customers.services.billing import accounts, prices, statement
from portal import billing
from portal.access import MemberRequest, for_managers, for_members
from portal.exports import statement_csv
from portal.filters import LedgerFilter
from portal.forms.billing import AlarmForm
from portal.refusals import refused_into
from portal.tables.billing import LedgerTable, PackageTable


@for_members
def index(request: MemberRequest) -> HttpResponse:
    account = accounts.account_of(request.customer)
    if account is None:
        return render(request, "portal/billing/free.html")
    packages = billing.packages_of(account)
    context = billing.balance_and_parts(account) | {
        "account": account,
        "packages": PackageTable(packages) if packages else None,
        "today": billing.spent_today(account),
        "month": billing.spent_this_month(account),
        "arrears": billing.arrears_in_words(account),
    }
    if packages:
        RequestConfig(request, paginate=False).configure(context["packages"])
    return render(request, "portal/billing/page.html", context)


@for_members
def ledger(request: MemberRequest) -> HttpResponse:
    own = LedgerEntry.objects.for_customer(request.customer).select_related("package")
    filtered = LedgerFilter(request.GET, own)
    table = LedgerTable(filtered.qs)
    RequestConfig(request, paginate={"per_page": 20}).configure(table)
    names = Application.objects.for_customer(request.customer).values_list("id", "name")
    context = {"filter": filtered, "table": table, "application_names": dict(names)}
    return render(request, "portal/billing/ledger.html", context)


@for_managers
def alarms(request: MemberRequest) -> HttpResponse:
    account = billing.account_or_404(request)
    form = AlarmForm(request.POST or None, account=account)
    if form.is_valid():
        with refused_into(form):
            accounts.set_alarms(
                account=account,
                **form.values,
                actor=request.user,
                ip_address=address_of(request),
            )
            messages.success(request, _("The alarm values were changed."))
            return redirect("portal:billing")
    status = 422 if form.errors else 200
    return render(request, "portal/billing/alarms.html", {"form": form}, status=status)


@for_members
def price_table(request: MemberRequest) -> HttpResponse:
    month = prices.month_of(now())
    found = prices.prices_for(request.customer, month)
    rows = [
        (
            Kind(kind).label,
            [
                (above, until, price)
                for (above, price), (until, _price) in pairwise([*tiers, (None, 0)])
            ],
        )
        for kind, tiers in (found.tiers.items() if found else ())
    ]
    return render(request, "portal/billing/prices.html", {"kinds": rows, "month": month})


@for_members
def statements(request: MemberRequest) -> HttpResponse:
    months = statement.months_of(billing.account_or_404(request))
    return render(request, "portal/billing/statements.html", {"months": months})


@for_members
def month(request: MemberRequest, year: int, month: int) -> HttpResponse:
    """The statement of a month, to be read and printed."""
    account = billing.account_or_404(request)
    context = {
        "statement": statement.statement_of(account, _month(account, year, month)),
        "is_open": prices.month_of(now()) == date(year, month, 1),
    }
    return render(request, "portal/billing/statement.html", context)


@for_members
def month_csv(request: MemberRequest, year: int, month: int) -> StreamingHttpResponse:
    account = billing.account_or_404(request)
    return statement_csv(statement.statement_of(account, _month(account, year, month)))


def _month(account: BillingAccount, year: int, month: int) -> date:
    """The first day of a month that has a statement, else 404."""
    wanted = next(
        (
            first
            for first in statement.months_of(account)
            if (first.year, first.month) == (year, month)
        ),
        None,
    )
    if wanted is None:
        raise Http404
    return wanted
