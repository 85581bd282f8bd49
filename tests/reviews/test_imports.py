"""Templates by the spreadsheet: real files, made here, read back with the parser customers meet."""

import csv
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import xlsxwriter
from django.db import connection
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from common.errors import Refusal
from customers.models import AuditEvent
from reviews.models import Submission, Template
from reviews.models.kinds import MessageType
from reviews.services import templates
from reviews.services.imports import error_workbook, import_templates, sample_workbook
from reviews.services.imports.columns import COLUMNS, EXAMPLES, attribute_named, type_named
from reviews.services.imports.reading import MOST_BYTES, MOST_ROWS, neutral, read_lines
from tests.factories import ApplicationFactory, CustomerFactory, SignatureFactory

KEYS = [column.key for column in COLUMNS]
HEADINGS = [str(column.heading) for column in COLUMNS]
GOOD = ["Notification", "General", "发货", "订单${1}已发货，请查收", "CHARDIGIT", ""]


@pytest.fixture
def application(db):
    return ApplicationFactory()


def row(**cells):
    return [cells.get(key, value) for key, value in zip(KEYS, GOOD, strict=True)]


def csv_file(*rows, headings=HEADINGS, encoding="utf-8-sig"):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([headings, *rows])
    return io.BytesIO(text.getvalue().encode(encoding))


def xlsx_file(*rows, headings=HEADINGS):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        for number, cells in enumerate([headings, *rows]):
            sheet.write_row(number, 0, cells)
    file.seek(0)
    return file


def run(application, file, **options):
    return import_templates(application=application, file=file, actor=None, **options)


def cells_of(workbook: bytes, sheet=0):
    parsed = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return parsed.get_sheet_by_index(sheet).to_python()


def refusal_of(file):
    with pytest.raises(Refusal) as refused:
        read_lines(file)
    assert refused.value.field == "file"
    return refused.value


@pytest.mark.parametrize("make", [csv_file, xlsx_file])
def test_each_good_row_becomes_a_template(make, application):
    signature = SignatureFactory(application=application, name="云上商城", usable=True)
    parcel = {
        "content": "包裹${1}已到，\n请凭${2}领取",
        "variable_attributes": "text：收件人；CHARDIGIT",
    }
    code = {"type": "verify_code_type", "content": "验证码${NUM_6}", "variable_attributes": ""}
    file = make(
        row(),
        row(signature="【云上商城】", name="到货", description="到货后发送", **parcel),
        row(name="登录", **code),
    )

    result = run(application, file, ip_address="192.0.2.1")

    assert (len(result.accepted), result.present, result.failed) == (3, (), ())
    plain, bound, login = Template.objects.order_by("id")
    assert plain.is_universal
    assert plain.status == Template.Status.REVIEWING
    assert (bound.signature, bound.description) == (signature, "到货后发送")
    assert bound.content == parcel["content"]
    assert bound.variable_attributes == [
        {"name": "1", "attribute": "TEXT", "description": "收件人"},
        {"name": "2", "attribute": "CHARDIGIT"},
    ]
    assert login.type == MessageType.VERIFICATION
    assert login.variable_attributes == [{"name": "NUM_6", "attribute": "NUM_6"}]
    assert Submission.objects.count() == 3
    assert set(AuditEvent.objects.values_list("ip_address", flat=True)) == {"192.0.2.1"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_spreadsheet_programs_write(encoding, application):
    result = run(application, csv_file(row(), encoding=encoding))

    assert result.accepted[0].content == GOOD[3]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"type": "Advert"}, ["“Advert” is no template type"]),
        ({"signature": ""}, ["No signature is given"]),
        ({"signature": "云上商城"}, ["no signature “云上商城” of the type “Notification”"]),
        ({"signature": "拒绝"}, ["no signature “拒绝”"]),
        ({"name": ""}, ["template name has 0 characters"]),
        ({"name": "长" * 65}, ["template name has 65 characters"]),
        ({"description": "长" * 301}, ["description has 301 characters"]),
        ({"content": ""}, ["The template has no text"]),
        ({"content": "【云】¥5${1}"}, ["“¥”", "“【”"]),
        ({"variable_attributes": ""}, ["1 variables, the list of attributes 0"]),
        ({"variable_attributes": "CHARDIGIT; TEXT: x"}, ["the list of attributes 2"]),
        ({"variable_attributes": "COLOUR"}, ["“COLOUR” of variable 1 is not known"]),
        ({"variable_attributes": "TEXT"}, ["Nothing says what variable 1"]),
        ({"variable_attributes": "TEXT:  "}, ["Nothing says what variable 1"]),
        ({"type": "Promotion"}, ["a promotion has no variables", "how to unsubscribe"]),
        ({"type": "Advert", "name": "", "content": "★${1}单"}, ["Advert", "0 characters", "“★”"]),
    ],
)
def test_a_bad_row_says_everything_that_is_wrong_with_it(cells, words, application):
    SignatureFactory(application=application, name="拒绝", rejected=True)
    SignatureFactory(application=application, name="云上商城", type=MessageType.PROMOTION)
    SignatureFactory(name="云上商城")

    result = run(application, csv_file(row(**cells)))

    (failed,) = result.failed
    assert failed.line.number == 2
    for expected in words:
        assert any(expected in problem for problem in failed.problems), failed.problems
    assert not Template.objects.exists()


def test_bad_rows_come_back_to_be_corrected_and_nothing_goes_in_twice(application):
    rows = [row(name=f"发货{n}", content=f"第{n}批订单${{1}}已发货") for n in range(30)]
    for number in (0, 15, 29):
        rows[number][3] = "订单${1}★已发货"

    first = run(application, xlsx_file(*rows))
    assert (len(first.accepted), len(first.failed)) == (27, 3)
    assert [failure.line.number for failure in first.failed] == [2, 17, 31]

    workbook = error_workbook(first.failed)
    headings, *failed = cells_of(workbook)
    assert headings == [*HEADINGS, "Line in your file", "Findings"]
    assert [cells[6] for cells in failed] == ["2", "17", "31"]
    assert all("★" in cells[7] for cells in failed)

    corrected = [[cell.replace("★", "") for cell in cells] for cells in failed]
    second = run(application, xlsx_file(*corrected, headings=headings))
    assert (len(second.accepted), second.failed) == (3, ())

    again = run(application, xlsx_file(*corrected, headings=headings))
    assert (again.accepted, again.present) == ((), (2, 3, 4))
    whole = run(application, xlsx_file(*rows))
    assert (len(whole.accepted), len(whole.present), len(whole.failed)) == (0, 27, 3)
    assert Template.objects.count() == 30


def test_the_error_file_can_be_imported_as_it_is(application):
    cells = {"name": "=1+1", "content": "订单${1}★", "description": "'-x"}
    failed = run(application, csv_file(row(**cells))).failed

    again = run(application, io.BytesIO(error_workbook(failed)))

    assert again.failed[0].line.cells == failed[0].line.cells


def test_formulas_leave_the_platform_as_text(application):
    bad = [row(name=f"{sign}1+1", content="★${1}") for sign in "=+-@"]

    _headings, *failed = cells_of(error_workbook(run(application, csv_file(*bad)).failed))

    assert [cells[2] for cells in failed] == ["'=1+1", "'+1+1", "'-1+1", "'@1+1"]
    assert neutral("a=1") == "a=1"


def test_a_formula_in_a_workbook_is_read_as_its_value(application):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, GOOD)
        sheet.write_formula(1, 2, '="发"&"货"', None, "发货")
        sheet.write_number(2, 2, 2024)
    file.seek(0)

    lines = read_lines(file)

    assert [line.cells["name"] for line in lines] == ["发货", "2024"]


@pytest.mark.parametrize("make", [csv_file, xlsx_file])
def test_blank_rows_and_line_breaks_keep_the_numbers_right(make, application):
    two_lines = row(content="订单${1}已发货，\n请查收")
    file = make([""] * 6, two_lines, [" "] * 6, row(name="", content="包裹${1}已到达"))

    result = run(application, file)

    assert len(result.accepted) == 1
    assert result.failed[0].line.number == 5


def test_the_quota_stops_the_rows_beyond_it(application, settings):
    settings.SMS_TEMPLATE_QUOTA = 2
    rows = [row(name=f"发货{n}") for n in range(4)]

    result = run(application, csv_file(*rows))

    assert len(result.accepted) == Template.objects.count() == 2
    assert "2 of 2" in result.failed[0].problems[0]
    assert [failure.line.number for failure in result.failed] == [4, 5]


def test_a_frozen_customer_imports_nothing(db):
    application = ApplicationFactory(customer=CustomerFactory(frozen=True))

    with pytest.raises(Refusal, match="frozen"):
        run(application, csv_file(row()))


def test_a_row_is_never_applied_for_by_half(application, monkeypatch):
    def fail(*args, **fields):
        raise RuntimeError("the machine stops here")

    monkeypatch.setattr("reviews.services.submissions.record", fail)

    with pytest.raises(RuntimeError):
        run(application, csv_file(row()))
    assert not Template.objects.exists()
    assert not Submission.objects.exists()


def test_rows_before_a_crash_stay_and_the_file_may_come_again(application, monkeypatch):
    whole = templates.apply

    def fail_at_third(**fields):
        if fields["name"] == "发货2":
            raise RuntimeError("the machine stops here")
        return whole(**fields)

    rows = [row(name=f"发货{n}") for n in range(4)]
    with monkeypatch.context() as broken:
        broken.setattr(templates, "apply", fail_at_third)
        with pytest.raises(RuntimeError):
            run(application, csv_file(*rows))
    assert Template.objects.count() == 2

    result = run(application, csv_file(*rows))
    assert (len(result.accepted), result.present) == (2, (2, 3))


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_make_each_template_once():
    application = ApplicationFactory()
    data = csv_file(*(row(name=f"发货{n}") for n in range(5))).getvalue()
    start = Barrier(2)

    def together(_number):
        try:
            start.wait(10)
            return run(application, io.BytesIO(data))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(together, range(2)))

    assert Template.objects.count() == 5
    assert sum(len(result.accepted) for result in results) == 5
    assert sum(len(result.present) for result in results) == 5


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_sample_is_understood_and_its_examples_are_good(language, application):
    with override(language):
        workbook = sample_workbook()

    headings, *examples = cells_of(workbook)
    assert len(headings) == len(COLUMNS)
    assert len(examples) == len(EXAMPLES) == len(MessageType)
    assert len(cells_of(workbook, 1)) == len(COLUMNS) + 1

    result = run(application, io.BytesIO(workbook))
    assert (result.accepted, result.present, result.failed) == ((), (), ())

    changed = [[*cells[:2], f"{cells[2]}1", *cells[3:]] for cells in examples]
    result = run(application, xlsx_file(*changed, headings=headings))
    assert result.failed == ()
    assert {template.type for template in result.accepted} == set(MessageType.values)


def test_names_are_understood_in_every_language():
    for language in ("en", "zh-hans"):
        with override(language):
            written = [str(each.label) for each in MessageType]
        assert [type_named(f" {text.upper()}") for text in written] == list(MessageType)
    assert attribute_named("Date/time") == "DATETIME"
    assert attribute_named(" num_6 ") == "NUM_6"


def test_the_size_is_checked_before_anything_is_read():
    assert refusal_of(io.BytesIO(b"x" * (MOST_BYTES + 1))).code == "import_size"
    assert refusal_of(io.BytesIO(b"x,y\n" * (MOST_BYTES // 4))).code == "import_columns"
    assert refusal_of(io.BytesIO(b"")).code == "import_empty"


@pytest.mark.parametrize("make", [csv_file, xlsx_file])
def test_rows_are_capped(make):
    assert len(read_lines(make(*[row()] * MOST_ROWS))) == MOST_ROWS
    refusal = refusal_of(make(*[row()] * (MOST_ROWS + 1)))
    assert refusal.code == "import_rows"
    assert "1000 rows" in str(refusal)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "import_format"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\xff\xff", "import_encoding"),
        (b"%PDF-1.7 plain", "import_columns"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "import_format"),
        ("类型,签名".encode("utf-16"), "import_format"),
        (b"PK\x03\x04 no archive", "import_workbook"),
        (b'Template type,"Sig', "import_quotes"),
        (",".join(HEADINGS).encode(), "import_no_rows"),
        (b"\n\n , \n", "import_columns"),
    ],
)
def test_what_a_file_is_is_told_by_its_content(content, code):
    assert refusal_of(io.BytesIO(content)).code == code


def test_missing_headings_are_named():
    sentence = str(refusal_of(csv_file(row(), headings=["Template type", "", "?", "Signature"])))

    assert "Template name, Template content" in sentence
    assert "Variable attributes" not in sentence


def archive(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    file.seek(0)
    return file


def test_other_archives_are_no_workbooks():
    assert refusal_of(archive(word__document_xml="<w/>")).code == "import_workbook"
    assert refusal_of(archive(xl__workbook_xml="<w/>")).code == "import_workbook"


def test_a_bomb_is_not_unpacked():
    bomb = archive(xl__workbook_xml="<w/>", xl__sharedStrings_xml=b"\0" * (40 * 1024 * 1024))

    assert bomb.getbuffer().nbytes < MOST_BYTES
    assert refusal_of(bomb).code == "import_extent"


@pytest.mark.parametrize("place", [(1_048_575, 0), (0, 16_383), (1_048_575, 16_383)])
def test_one_cell_far_away_does_not_fill_memory(place):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_string(*place, "x")
    file.seek(0)

    assert refusal_of(file).code == "import_extent"


def test_a_formatted_column_is_no_content(application):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, GOOD)
        sheet.write_blank(1_048_575, 0, None, workbook.add_format({"bold": True}))
    file.seek(0)

    assert len(run(application, file).accepted) == 1


def test_a_damaged_sheet_is_refused():
    source = zipfile.ZipFile(xlsx_file(row()))
    damaged = archive(
        **{name: source.read(name) for name in source.namelist() if "sheet1" not in name},
        **{"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row><c r='A"},
    )

    assert refusal_of(damaged).code in {"import_workbook", "import_columns"}
