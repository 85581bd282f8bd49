"""The way of a group task with ten thousand rows: from the workbook to sending again.

Of the numbers, those that end in 9001 … 9021 fail at the simulated carrier.
"""

import csv
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import FilePayload, Locator, Page, expect

from .pages import PATIENCE_MS, Customer
from .stack import Stack

pytestmark = pytest.mark.browser

ROWS = 10_000
FIRST = 13_700_000_000
WRONG_NUMBERS, REPEATED = 30, 20
GOOD = ROWS - WRONG_NUMBERS - REPEATED
FAILING = 21


def workbook(path: Path) -> Path:
    """Ten thousand rows behind a header: good ones, wrong numbers, and rows that stand twice."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Number", "${1}"])
        for row in range(1, GOOD + 1):
            sheet.write_row(row, 0, [str(FIRST + ROWS - row), f"A{row}"])
        for row in range(GOOD + 1, GOOD + WRONG_NUMBERS + 1):
            sheet.write_row(row, 0, [f"12{row}", f"A{row}"])
        for row in range(1, REPEATED + 1):
            sheet.write_row(ROWS - REPEATED + row, 0, [str(FIRST + ROWS - row), f"A{row}"])
    return path


def test_ten_thousand_rows_from_the_workbook_to_sending_again(
    stack: Stack, open_page: Callable[..., Page], complaints: list[str], tmp_path: Path
):
    page = open_page(viewport={"width": 1440, "height": 900})
    customer = Customer(page, stack.base_url)
    customer.sign_in(**stack.demo["customer"])
    signature = f"【{stack.demo['signature']}】 · Notification"
    customer.choose_message("Ten thousand parcels", signature=signature, template="notice")
    page.get_by_label("Recipient file").set_input_files(
        FilePayload(name="parcels.xlsx", mimeType="text/plain", buffer=b"MZ\x90\x00\x03\x00")
    )
    page.get_by_role("button", name="Check the recipients").click()
    expect(page.get_by_role("alert").first).to_contain_text("Recipient file")
    _drop(page, workbook(tmp_path / "parcels.xlsx"))
    expect(page.locator("[data-chosen]")).to_contain_text("parcels.xlsx")
    customer.photograph("groups/1-recipients")
    page.get_by_role("button", name="Check the recipients").click()

    rows_left_out = f"{WRONG_NUMBERS + REPEATED} of {ROWS:,} rows are left out"
    expect(page.get_by_role("heading", name=rows_left_out)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", name="Correct 30 numbers")).to_be_visible()
    expect(page.get_by_text(f"First in row {GOOD + 2:,}:")).to_be_visible()
    expect(page.get_by_role("heading", name="20 rows repeat others")).to_be_visible()
    expect(page.locator(".bubble").first).to_contain_text("A1")
    customer.photograph("groups/2-checked")
    problems = _downloaded(page, "Download all problems")
    assert len(problems) == 1 + WRONG_NUMBERS + REPEATED
    assert problems[1][0] == str(GOOD + 2)

    page.get_by_role("link", name=f"Go on with the {GOOD:,} good rows").click()
    page.get_by_role("button", name="Go on to the confirmation").click()
    expect(page.get_by_role("heading", name=f"Send {GOOD:,} messages")).to_be_visible()
    customer.photograph("groups/3-confirmation")
    page.get_by_role("button", name="Confirm and send").click()

    expect(page.get_by_role("heading", name="Progress")).to_be_visible(timeout=PATIENCE_MS)
    customer.photograph("groups/4-progress")
    delivered = page.locator("#delivered")
    expect(delivered).to_have_text(f"{GOOD - FAILING:,}", timeout=PATIENCE_MS)
    expect(page.locator("#failed")).to_have_text(str(FAILING))
    done = page.get_by_text("Submission processed successfully")
    expect(done).to_be_visible(timeout=PATIENCE_MS)
    customer.photograph("groups/5-results")

    results = page.url
    page.get_by_role("link", name="Export the failed numbers …").click()
    page.get_by_label("csv").check()
    page.get_by_role("button", name="Write the file").click()
    newest = page.locator("tbody tr").first
    expect(newest.get_by_role("link", name="Download")).to_be_visible(timeout=PATIENCE_MS)
    failed = _downloaded(newest, "Download")
    assert {row[0].replace(" ", "")[-4:] for row in failed[1:]} == {
        str(suffix) for suffix in range(9001, 9001 + FAILING)
    }
    assert all(meaning and remedy for _number, _code, meaning, remedy, *_ in failed[1:])

    page.goto(results)
    page.get_by_role("link", name="Send to the failed numbers again").click()
    customer.photograph("groups/6-again")
    page.get_by_label("MK:0024").check()
    page.get_by_role("button", name="Make the task").click()
    expect(page.get_by_role("heading", name="Every row can be sent")).to_be_visible(
        timeout=PATIENCE_MS
    )
    assert [each for each in complaints if "status of 422" not in each] == []


def _drop(page: Page, path: Path) -> None:
    """Drop a file onto the field, as people do from their file manager."""
    dropped = page.evaluate_handle(
        """([content, name]) => {
          const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], name));
          return transfer;
        }""",
        [b64encode(path.read_bytes()).decode(), path.name],
    )
    page.locator("[data-drop]").dispatch_event("drop", {"dataTransfer": dropped})


def _downloaded(part: Page | Locator, link: str) -> list[list[str]]:
    """The rows of the csv file behind a link, its header first."""
    page = part.page if isinstance(part, Locator) else part
    with page.expect_download() as download:
        part.get_by_role("link", name=link).click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.reader(text.splitlines()))
