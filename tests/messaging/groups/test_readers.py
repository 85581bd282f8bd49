import io

import pytest

from common.errors import Refusal
from messaging.groups import readers
from messaging.groups.readers import read


def rows_of(content: bytes) -> list[tuple[int, list[str]]]:
    return list(enumerate(read(io.BytesIO(content)).rows, 1))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_reads_text_in_each_encoding(encoding: str) -> None:
    content = "手机号,姓名\n13800138000,李女士\n".encode(encoding)

    assert rows_of(content) == [(1, ["手机号", "姓名"]), (2, ["13800138000", "李女士"])]


def test_the_first_bytes_may_be_plain_and_the_rest_gb18030() -> None:
    plain = b"13800138000,A\n" * 10_000
    content = plain + "13800138001,李女士\n".encode("gb18030")

    assert rows_of(content)[-1] == (10_001, ["13800138001", "李女士"])


def test_a_character_may_lie_across_the_end_of_the_head() -> None:
    content = b"1" * (readers.HEAD_BYTES - 1) + "李".encode()

    assert readers.format_of(content[: readers.HEAD_BYTES]) == "csv"
    assert rows_of(content) == [(1, [content.decode()])]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_count_as_in_a_spreadsheet(newline: str) -> None:
    content = newline.join(["13800138000", "", '"a', 'b",c', "13800138001"]).encode()

    assert rows_of(content) == [
        (1, ["13800138000"]),
        (2, []),
        (3, [f"a{newline}b", "c"]),
        (4, ["13800138001"]),
    ]


def test_quoted_commas_stay_inside_a_cell() -> None:
    assert rows_of(b'13800138000,"a, b ""c"""\n') == [(1, ["13800138000", 'a, b "c"'])]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04rest of a workbook", "group_file_damaged"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "group_file_old_workbook"),
        (b"MZ\x90\0\x03 a program", "group_file_program"),
        ("13800138000".encode("utf-16"), "group_file_binary"),
        (b"13800138000\n" * 10_000 + b"\0", "group_file_binary"),
        (b"\xff\xff\xff\xff", "group_file_encoding"),
        (b"13800138000\n" * 10_000 + "李".encode() + b"\xff\n", "group_file_encoding"),
        (b'13800138000\n13800138001,"open\n13800138002\n', "group_file_quotes"),
        (b'13800138000\n13800138001,"a"b\n', "group_file_quotes"),
    ],
)
def test_refuses_what_is_no_csv(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        rows_of(content)

    assert (caught.value.code, caught.value.field) == (code, "file")


def test_says_behind_which_line_the_quotation_mark_is() -> None:
    with pytest.raises(Refusal, match="after line 1:"):
        rows_of(b'13800138000\n13800138001,"open\n13800138002\n')


def test_a_file_of_two_encodings_is_refused_with_the_lines() -> None:
    utf8 = "13800138000,李女士\n".encode()
    other = "13800138001,王先生\n".encode("gb18030")

    with pytest.raises(Refusal, match="line 1 is UTF-8, line 3 is not") as caught:
        rows_of(utf8 + utf8 + other + utf8)

    assert caught.value.code == "group_file_mixed"


def test_gb18030_that_looks_like_utf8_in_a_line_is_still_gb18030() -> None:
    lookalike = "目录".encode("gb18030")
    lookalike.decode("utf-8")  # valid by chance
    content = b"1," + lookalike + b"\n" + "2,李女士\n".encode("gb18030")

    assert rows_of(content) == [(1, ["1", "目录"]), (2, ["2", "李女士"])]


def test_tells_how_much_is_read() -> None:
    reading = read(io.BytesIO(b"13800138000\n" * 100_000))

    shares = [reading.share() for _row in reading.rows]

    assert shares[0] < 0.5
    assert shares[-1] == 1.0
