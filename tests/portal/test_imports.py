"""Many templates with one spreadsheet: the sample, the result, the rows that failed."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from customers.models import Customer
from portal.views.template_imports import XLSX
from reviews.services.imports import sample_workbook

from .conftest import Visitor

PAGE = reverse("portal:template-import")
HEADINGS = "Template type,Signature,Template name,Template content,Variable attributes"
GOOD = "Notification,General,Shipped,您的订单${1}已发货，请留意查收。,CHARDIGIT"
WRONG = "Notification,General,Brackets,【云上】您的包裹已送达。,"


def post(visitor: Visitor, customer: Customer, *rows: str, name: str = "templates.csv"):
    content = "\n".join((HEADINGS, *rows)).encode()
    return upload(visitor, customer, SimpleUploadedFile(name, content))


def upload(visitor: Visitor, customer: Customer, file: SimpleUploadedFile):
    return visitor.post(PAGE, {"application": customer.applications.get().pk, "file": file})


def cells(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_the_sample_has_a_row_for_each_type(owner: Visitor):
    response = owner.get(reverse("portal:template-import-sample"))
    assert response["Content-Type"] == XLSX
    assert response["Content-Disposition"] == 'attachment; filename="templates.xlsx"'
    assert [row[0] for row in cells(response.content)] == [
        "Template type",
        "Verification code",
        "Notification",
        "Promotion",
    ]


def test_good_rows_go_into_review_and_bad_ones_come_back(owner: Visitor, customer: Customer):
    page = post(owner, customer, GOOD, WRONG)
    assert page.status_code == 200
    assert customer.templates.get(name="Shipped").is_pending
    assert not customer.templates.filter(name="Brackets").exists()
    counts = [
        len(part) for part in (page.context["result"].accepted, page.context["result"].failed)
    ]
    assert counts == [1, 1]
    text = page.content.decode()
    assert "Brackets" in text
    assert "The text contains “【”" in text


def test_the_rows_that_failed_are_corrected_and_imported_again(owner: Visitor, customer: Customer):
    page = post(owner, customer, GOOD, WRONG)
    address = reverse("portal:template-import-failed", args=[page.context["key"]])
    assert address in page.content.decode()
    response = owner.get(address)
    assert response["Content-Type"] == XLSX
    headings, row = cells(response.content)
    assert headings[-1] == "Findings"
    assert row[2] == "Brackets"
    assert "The text contains “【”" in str(row[-1])
    again = upload(owner, customer, SimpleUploadedFile("failed.xlsx", response.content))
    assert len(again.context["result"].failed) == 1


def test_the_failed_rows_are_nobody_elses(owner: Visitor, customer: Customer, stranger: Visitor):
    key = post(owner, customer, WRONG).context["key"]
    assert stranger.get(reverse("portal:template-import-failed", args=[key])).status_code == 404


def test_the_same_file_twice_applies_once(owner: Visitor, customer: Customer):
    post(owner, customer, GOOD)
    page = post(owner, customer, GOOD)
    assert customer.templates.filter(name="Shipped").count() == 1
    assert "There already" in page.content.decode()
    assert page.context["result"].present == (2,)


def test_an_untouched_sample_is_no_application(owner: Visitor, customer: Customer):
    before = customer.templates.count()
    page = upload(owner, customer, SimpleUploadedFile("sample.xlsx", sample_workbook()))
    assert "Nothing new was found in the file" in page.content.decode()
    assert customer.templates.count() == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The submitted file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "neither an .xlsx workbook nor a CSV file"),
        (b"name,text\nx,y", "lacks the headings"),
        (b"x" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    content: bytes, sentence: str, owner: Visitor, customer: Customer
):
    page = upload(owner, customer, SimpleUploadedFile("templates.csv", content))
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"file"}
    assert sentence in page.content.decode()
    assert "please choose them again" in page.content.decode()


def test_a_used_up_quota_fails_the_rows_beyond_it(owner: Visitor, customer: Customer):
    application = customer.applications.get()
    application.template_quota = 2
    application.save()
    page = post(owner, customer, GOOD, GOOD.replace("Shipped", "Another"))
    assert len(page.context["result"].accepted) == 1
    (failure,) = page.context["result"].failed
    assert "used up: 2 of 2" in failure.problems[0]
    link = f'<a href="{reverse("portal:quota-list")}">See your quotas and ask for a higher one</a>'
    assert link in page.content.decode()


def test_another_customers_application_cannot_be_chosen(stranger: Visitor, customer: Customer):
    file = SimpleUploadedFile("templates.csv", f"{HEADINGS}\n{GOOD}".encode())
    response = upload(stranger, customer, file)
    assert response.status_code == 422
    assert not customer.templates.filter(name="Shipped").exists()
