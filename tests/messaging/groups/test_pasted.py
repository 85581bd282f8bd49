import pytest

from common.errors import Refusal
from messaging.groups.sources import Pasted
from reviews.models import Template

from .conftest import MakeTask


@pytest.mark.parametrize(
    "text", ["13800138000 13800138001", "13800138000，13800138001", "13800138000\n\n13800138001;"]
)
def test_numbers_may_be_separated_as_people_do(
    notice: Template, checked: MakeTask, text: str
) -> None:
    task = checked(notice, b"", recipients=Pasted(text))

    assert (task.valid_rows, task.has_problems) == (2, False)
    assert task.file_name == "Numbers typed in"


def test_nothing_is_nothing(notice: Template, checked: MakeTask) -> None:
    with pytest.raises(Refusal) as caught:
        checked(notice, b"", recipients=Pasted(" \n"))

    assert caught.value.field == "numbers"
