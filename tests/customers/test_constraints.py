import pytest
from django.db import IntegrityError

from common.errors import Refusal
from customers.models import Application
from customers.services.constraints import refused_by
from tests.factories import ApplicationFactory, CustomerFactory

pytestmark = pytest.mark.django_db

TAKEN = Refusal("taken", "It is taken.")


def test_only_the_named_constraint_becomes_a_refusal():
    first = ApplicationFactory()

    with pytest.raises(Refusal), refused_by("application_name_once", TAKEN):
        Application.objects.create(customer=first.customer, name=first.name)
    with pytest.raises(IntegrityError), refused_by("application_name_once", TAKEN):
        Application.objects.create(customer=CustomerFactory(), name="other", app_key=first.app_key)


def test_the_transaction_around_it_goes_on():
    first = ApplicationFactory()

    with pytest.raises(Refusal), refused_by("application_name_once", TAKEN):
        Application.objects.create(customer=first.customer, name=first.name)

    assert Application.objects.count() == 1
