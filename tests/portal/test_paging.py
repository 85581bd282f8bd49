import pytest
from django.urls import reverse

from customers.models import Notice
from customers.services.notices import announce
from portal.paging import size_of
from tests.factories import SignatureFactory
from tests.messaging.road import Road

from .conftest import Visitor


@pytest.mark.parametrize(
    ("wanted", "size"), [(None, 20), ("10", 10), ("50", 50), ("1000000", 20), ("x", 20), (50, 50)]
)
def test_a_page_has_one_of_three_sizes(wanted: object, size: int):
    assert size_of(wanted) == size


@pytest.fixture
def signatures(road: Road) -> str:
    SignatureFactory.create_batch(11, application=road.application)
    return reverse("portal:signature-list")


def test_tables_show_as_many_rows_as_asked(owner: Visitor, signatures: str):
    usual = owner.get(signatures).content.decode()
    assert "per_page=10" in usual
    assert usual.count('data-label="Created"') == 12
    assert (
        owner.get(f"{signatures}?per_page=10").content.decode().count('data-label="Created"') == 10
    )


def test_the_size_stays_on_the_next_page(owner: Visitor, signatures: str):
    first = owner.get(f"{signatures}?per_page=10").content.decode()
    assert "per_page=10&amp;page=2" in first
    second = owner.get(f"{signatures}?per_page=10&page=2").content.decode()
    assert second.count('data-label="Created"') == 2


def test_plain_lists_show_as_many_too(owner: Visitor, road: Road):
    for number in range(11):
        announce(
            customer=road.application.customer,
            event=Notice.Event.TEMPLATE_APPROVED,
            object_type="template",
            object_id=road.template.public_id,
            params={"name": f"template {number}"},
        )
    page = owner.get(f"{reverse('portal:notice-list')}?per_page=10").context["page"]
    assert (len(page), page.paginator.num_pages) == (10, 2)
