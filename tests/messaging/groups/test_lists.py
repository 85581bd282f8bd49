from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from common.errors import Refusal
from customers.models import Customer
from messaging.groups import lists
from messaging.groups.sources import Pasted, Saved, Uploaded
from messaging.models import RecipientList
from reviews.models import Template
from tests.factories import CustomerFactory, UserFactory

from .conftest import MakeTask


@pytest.fixture
def customer(db: None) -> Customer:
    return CustomerFactory()


def made(customer: Customer, text: str, name: str = "Members") -> RecipientList:
    kept = lists.create(customer=customer, name=name, recipients=Pasted(text), actor=UserFactory())
    lists.check(kept.pk)
    return RecipientList.objects.get(pk=kept.pk)


def test_numbers_count_once_and_headers_not(customer: Customer) -> None:
    kept = made(customer, "手机号,订单\n13800138000,A1\n13800138000,A2\nbad,A3\n13800138001\n")

    assert (kept.state, kept.numbers, kept.invalid_rows, kept.columns) == ("ready", 2, 1, 1)


def test_a_file_without_numbers_is_not_usable(customer: Customer) -> None:
    kept = made(customer, "手机号\n")

    assert (kept.state, "holds no numbers" in kept.failure) == ("failed", True)


def test_names_are_taken_once_for_each_customer(customer: Customer) -> None:
    kept = made(customer, "13800138000")
    made(CustomerFactory(), "13800138000")
    for name in ("Members", " Members ", "", "x" * 65):
        with pytest.raises(Refusal) as caught:
            made(customer, "13800138000", name)
        assert caught.value.field == "name"

    assert lists.rename(recipient_list=kept, name="Members", actor=UserFactory()).pk == kept.pk
    assert lists.rename(recipient_list=kept, name="Others", actor=UserFactory()).name == "Others"


def test_a_list_that_is_not_ready_is_not_sent_to(
    notice: Template, uploaded: MakeTask, settings: Any
) -> None:
    kept = lists.create(
        customer=notice.customer,
        name="Members",
        recipients=Uploaded(SimpleUploadedFile("a.csv", b"13800138000")),
        actor=UserFactory(),
    )

    with pytest.raises(Refusal) as caught:
        uploaded(notice, b"", recipients=Saved(kept))

    assert (caught.value.code, caught.value.field) == ("group_list_state", "recipient_list")
