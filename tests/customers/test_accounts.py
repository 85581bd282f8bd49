import pytest

from common.errors import Refusal
from customers.models import AuditEvent, Customer, Membership, User
from customers.services.accounts import open_customer
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def test_an_account_opens_with_its_owner_and_the_service_enabled():
    customer = open_customer(
        name="云上科技", owner_email="Owner@Example.com", owner_password=PASSWORD, owner_name="王"
    )

    owner = User.objects.get_by_natural_key("owner@example.com")
    membership = Membership.objects.get()
    assert customer.can_send
    assert (membership.customer, membership.user, membership.role) == (customer, owner, "owner")
    assert owner.check_password(PASSWORD)
    assert not owner.is_staff
    assert PASSWORD not in str(AuditEvent.objects.get().after)


def test_an_address_is_registered_once_whatever_its_case():
    UserFactory(email="owner@example.com")

    with pytest.raises(Refusal) as refused:
        open_customer(name="云上科技", owner_email="OWNER@example.com", owner_password=PASSWORD)

    assert (refused.value.code, refused.value.field) == ("email_taken", "owner_email")
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "  "}, "name"),
        ({"owner_email": "owner"}, "owner_email"),
        ({"owner_password": "12345678"}, "owner_password"),
        ({"owner_password": "short"}, "owner_password"),
    ],
)
def test_each_refusal_names_its_field(fields, field):
    good = {"name": "云上", "owner_email": "o@example.com", "owner_password": PASSWORD}

    with pytest.raises(Refusal) as refused:
        open_customer(**(good | fields))

    assert refused.value.field == field
    assert not User.objects.exists()
