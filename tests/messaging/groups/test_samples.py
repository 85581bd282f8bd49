import pytest

from common.variables import check_value
from messaging.groups.blocks import good_rows
from messaging.groups.samples import example, sample_csv
from messaging.models import GroupTask
from reviews.models import Template

from .conftest import MakeTask


@pytest.mark.parametrize(
    "attribute",
    ["PHONE", "CHARDIGIT", "DATETIME", "MONEY", "TEXT", "NEWTEXT", "LONGTEXT", "DATE", "TIME"]
    + [f"{kind}_{length}" for kind in ("NUM", "TXT") for length in (1, 6, 20)],
)
def test_examples_fit_their_attribute(attribute: str) -> None:
    assert check_value(attribute, example(attribute)) is None


def test_a_sample_has_a_header_and_one_row(delivery: Template, notice: Template) -> None:
    assert sample_csv(delivery) == "\ufeffNumber,${1},${2}\r\n13800138000,A1234,2024-05-01\r\n"
    assert sample_csv(notice) == "\ufeffNumber\r\n13800138000\r\n"


def test_a_sample_passes_the_check_of_its_template(delivery: Template, checked: MakeTask) -> None:
    task = checked(delivery, sample_csv(delivery))

    assert (task.state, task.total_rows, task.valid_rows) == (GroupTask.State.CHECKED, 1, 1)
    assert [row.line for row in good_rows(task)] == [2]
