"""Saved recipient lists: made from a file, renamed, deleted, downloaded."""

import pytest

from messaging.groups import lists
from messaging.models import RecipientList
from tests.messaging.road import Road

from .conftest import Visitor
from .group_tasks import GOOD_ROWS, at, csv_of

LIST = at("lists")
CREATE = at("list-create")


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def kept(operator: Visitor, road: Road) -> RecipientList:
    operator.post(CREATE, {"name": "Customers", "file": csv_of(*GOOD_ROWS, "123,A3")})
    found = RecipientList.objects.get()
    lists.check(found.pk)
    found.refresh_from_db()
    return found


def test_a_list_is_read_and_then_ready(operator: Visitor, road: Road):
    response = operator.post(CREATE, {"name": "Customers", "file": csv_of(*GOOD_ROWS)})
    assert response.url == LIST
    found = RecipientList.objects.get()
    assert found.created_by == operator.membership.user
    assert 'hx-trigger="every 2s"' in operator.get(LIST).content.decode()
    lists.check(found.pk)
    page = operator.get(LIST).content.decode()
    assert "hx-trigger" not in page
    assert at("list-download", found.public_id) in page


def test_the_list_says_how_many_rows_were_left_out(operator: Visitor, kept: RecipientList):
    page = operator.get(LIST).content.decode()
    assert kept.numbers == 2
    assert "1 row was left out." in page


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"name": "", "file": csv_of("13800000000")}, "name"),
        ({"name": "Customers", "file": csv_of("13800000000")}, "name"),
        ({"name": "Others"}, "file"),
        ({"name": "Others", "file": csv_of()}, "file"),
    ],
)
def test_what_makes_no_list_is_refused_at_its_field(
    answer: dict[str, object], field: str, operator: Visitor, kept: RecipientList
):
    if "file" in answer:
        answer["file"].seek(0)
    response = operator.post(CREATE, answer)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert RecipientList.objects.get() == kept


def test_a_list_is_renamed(operator: Visitor, kept: RecipientList):
    response = operator.post(at("list-rename", kept.public_id), {"name": "Old customers"})
    assert response.url == LIST
    kept.refresh_from_db()
    assert kept.name == "Old customers"


def test_a_name_can_be_used_once(operator: Visitor, kept: RecipientList):
    operator.post(CREATE, {"name": "Others", "file": csv_of(*GOOD_ROWS)})
    response = operator.post(at("list-rename", kept.public_id), {"name": "Others"})
    assert response.status_code == 422
    assert "name" in response.context["form"].errors


def test_deleting_asks_first(operator: Visitor, kept: RecipientList):
    address = at("list-delete", kept.public_id)
    assert "Tasks made from it keep their recipients" in operator.get(address).content.decode()
    assert RecipientList.objects.exists()
    assert operator.post(address).url == LIST
    assert not RecipientList.objects.exists()


def test_a_list_is_downloaded_as_it_came(operator: Visitor, kept: RecipientList):
    response = operator.get(at("list-download", kept.public_id))
    assert response.getvalue().decode().splitlines() == [*GOOD_ROWS, "123,A3"]
    assert "Customers.csv" in response.headers["Content-Disposition"]


def test_a_file_that_is_gone_is_not_found(operator: Visitor, kept: RecipientList):
    kept.file.storage.delete(kept.file.name)
    assert operator.get(at("list-download", kept.public_id)).status_code == 404


def test_viewers_look_but_do_not_touch(viewer: Visitor, kept: RecipientList):
    page = viewer.get(LIST).content.decode()
    assert "Customers" in page
    assert CREATE not in page
    for name in ("list-rename", "list-delete", "list-download"):
        assert at(name, kept.public_id) not in page
        assert viewer.get(at(name, kept.public_id)).status_code == 403


def test_lists_of_others_are_nowhere(stranger: Visitor, kept: RecipientList):
    assert "Customers" not in stranger.get(LIST).content.decode()
    for name in ("list-rename", "list-delete", "list-download"):
        assert stranger.get(at(name, kept.public_id)).status_code == 404
