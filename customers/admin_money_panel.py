"""The panel about money: what is left, what was ordered, and what changed it last."""

from typing import TYPE_CHECKING

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.clock import now
from customers.admin_panels import TAIL, moment, number
from customers.models import BillingAccount, Customer, LedgerEntry, Purse, User
from customers.panels import Cell, Panel, panel
from customers.services.billing.money import decimal_of, written

if TYPE_CHECKING:
    from common.errors import Sentence


@panel(position=50, permission="customers.view_billingaccount")
def money(customer: Customer, user: User) -> Panel:
    account = getattr(customer, "billing", None)
    prices = f"{reverse('admin:customers_pricelist_add')}?customer={customer.pk}"
    if account is None:
        opened = f"{reverse('admin:customers_billingaccount_add')}?customer={customer.pk}"
        return Panel(
            title=_("Balance and packages"),
            facts=[(_("Charged"), Cell(_("No: there is no billing account.")))],
            links=[(_("Open a billing account"), opened)],
        )
    page = _page("billingaccount", account.pk)
    entries = LedgerEntry.objects.filter(account=account).select_related("package")
    return Panel(
        title=_("Balance and packages"),
        facts=_facts(account, page),
        columns=(_("Time"), _("What"), _("Balance"), _("Package")),
        rows=[
            (
                Cell(
                    moment(each.at), reverse("admin:customers_ledgerentry_change", args=[each.pk])
                ),
                Cell(each.get_type_display()),
                Cell(f"{decimal_of(each.amount):+,}" if each.amount else "–"),
                Cell(f"{each.package_change:+,} · {each.package}" if each.package else "–"),
            )
            for each in entries[:TAIL]
        ],
        empty=_("Nothing was booked."),
        links=[
            (_("Top up, grant a package, charge"), page),
            (_("Prices of its own"), prices),
            (_("Orders"), of_account("purchase", account)),
            (_("Ledger"), of_account("ledgerentry", account)),
        ],
    )


def of_account(model: str, account: BillingAccount) -> str:
    """The address of the list of a model's rows that belong to an account."""
    return f"{reverse(f'admin:customers_{model}_changelist')}?account__id__exact={account.pk}"


def _facts(account: BillingAccount, page: str) -> list[tuple["Sentence", Cell]]:
    is_valid = Q(valid_from__lte=now(), expires_at__gt=now())
    left = Purse.objects.filter(account=account).aggregate(
        balance=Sum("amount", filter=Q(package=None)), parts=Sum("amount", filter=is_valid)
    )
    waiting = account.purchases.unpaid().count()
    standing = Cell(_("Yes") if account.is_charged else _("No"))
    if account.arrears_since:
        stage = f"{account.get_arrears_stage_display()} · {moment(account.arrears_since)}"
        standing = Cell(stage, tone="bad")
    return [
        (_("Charged"), standing),
        (_("Balance"), Cell(written(left["balance"] or 0), page)),
        (_("Parts left in valid packages"), Cell(number(left["parts"] or 0))),
        (_("Orders that wait for payment"), Cell(number(waiting), of_account("purchase", account))),
    ]


def _page(model: str, pk: int) -> str:
    return reverse(f"admin:customers_{model}_change", args=[pk])
