from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.clock import now
from common.errors import Refusal
from customers.models import PriceList
from customers.models.billing import Kind
from customers.services.billing import prices
from customers.services.billing.money import decimal_of, millionths, written
from customers.services.billing.prices import Prices, month_of, prices_for
from tests.billing import charged, price_everything
from tests.factories import CustomerFactory

TIERS = {Kind.INDUSTRY: [(0, 65), (10, 60), (30, 55)], Kind.PROMOTION: [(0, 70)]}


class TestCost:
    @pytest.mark.parametrize(
        ("before", "parts", "cost"),
        [
            (0, 10, 650),
            (0, 11, 710),
            (9, 2, 125),
            (10, 20, 1200),
            (29, 2, 115),
            (100, 3, 165),
            (31, -2, -115),
            (5, 0, 0),
        ],
    )
    def test_is_marginal(self, before, parts, cost):
        assert Prices(TIERS).cost(Kind.INDUSTRY, before, parts) == cost

    @given(st.lists(st.integers(0, 40), max_size=6))
    def test_of_a_month_does_not_depend_on_its_slices(self, slices):
        table, before, total = Prices(TIERS), 0, 0
        for parts in slices:
            total += table.cost(Kind.INDUSTRY, before, parts)
            before += parts
        assert total == table.cost(Kind.INDUSTRY, 0, sum(slices))

    @given(st.integers(0, 100), st.integers(0, 100))
    def test_is_never_above_the_first_tiers_price(self, before, parts):
        table = Prices(TIERS)
        assert table.cost(Kind.INDUSTRY, before, parts) <= parts * table.first(Kind.INDUSTRY)


@pytest.mark.django_db
class TestLists:
    def create(self, month, **more):
        return prices.create_list(month=month, tiers=TIERS, actor=None, **more)

    def test_a_customers_own_go_before_the_platforms(self):
        price_everything()
        customer, other = CustomerFactory(), CustomerFactory()
        self.create(month_of(now()), customer=customer)
        month = month_of(now())
        assert prices_for(customer, month).first(Kind.INDUSTRY) == 65
        assert prices_for(other, month).first(Kind.INDUSTRY) == 65_000

    def test_the_latest_that_has_begun_holds(self):
        price_everything()
        coming = month_of(now() + timedelta(days=70))
        self.create(coming)
        customer = CustomerFactory()
        assert prices_for(customer, month_of(now())).first(Kind.INDUSTRY) == 65_000
        assert prices_for(customer, coming).first(Kind.INDUSTRY) == 65

    def test_begin_with_a_later_month_once_there_are_some(self):
        price_everything()
        with pytest.raises(Refusal) as refused:
            self.create(month_of(now()))
        assert refused.value.code == "price_month"

    def test_of_a_charged_customer_begin_with_a_later_month(self):
        price_everything()
        customer = CustomerFactory()
        charged(customer)
        with pytest.raises(Refusal) as refused:
            self.create(month_of(now()), customer=customer)
        assert refused.value.code == "price_month"

    def test_can_be_taken_back_until_they_hold(self):
        price_everything()
        coming = self.create(month_of(now() + timedelta(days=70)))
        prices.delete_list(price_list=coming, actor=None)
        with pytest.raises(Refusal) as refused:
            prices.delete_list(price_list=PriceList.objects.get(), actor=None)
        assert refused.value.code == "price_list_holds"

    def test_need_a_price_for_both_kinds(self):
        with pytest.raises(Refusal) as refused:
            prices.create_list(month=month_of(now()), tiers={Kind.INDUSTRY: [(0, 1)]}, actor=None)
        assert refused.value.code == "price_tiers"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0.00 CNY"),
        (65_000, "0.065 CNY"),
        (100_000_000, "100.00 CNY"),
        (1_234_567_890_000, "1,234,567.89 CNY"),
        (-6_500_000, "-6.50 CNY"),
        (1, "0.000001 CNY"),
    ],
)
def test_money_is_written_exactly(amount, text):
    assert written(amount) == text
    assert millionths(decimal_of(amount)) == amount
