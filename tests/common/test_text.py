import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text import count_characters, count_parts, signed, split

astral = st.characters(min_codepoint=0x10000)
texts = st.one_of(
    st.text(max_size=300),
    st.text(alphabet=st.one_of(astral, st.sampled_from("a中")), max_size=300),
    st.integers(0, 300).map("中".__mul__),
)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a", 1),
        ("中" * 70, 1),
        ("中" * 71, 2),
        ("中" * 134, 2),
        ("中" * 135, 3),
        ("a" * 500, 8),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),
        ("😀" * 67, 3),
        ("a" + "😀" * 66, 2),
        ("a" * 66 + "😀" + "a" * 65, 2),
        ("a" * 66 + "😀" + "a" * 66, 3),
        ("a" * 69 + "😀", 2),
    ],
)
def test_parts_of_known_texts(text: str, parts: int) -> None:
    assert count_parts(text) == parts
    assert len(split(text)) == parts


@given(texts)
def test_the_count_is_that_of_the_split(text: str) -> None:
    assert count_parts(text) == len(split(text))


@given(texts)
def test_a_split_loses_nothing_and_cuts_no_pair(text: str) -> None:
    assert "".join(split(text)) == text


@given(texts)
def test_parts_are_as_full_as_they_can_be(text: str) -> None:
    parts = split(text)
    if len(parts) == 1:
        assert units(text) <= 70
    else:
        assert units(text) > 70
        for part in parts[:-1]:
            assert units(part) in (66, 67)
        assert 1 <= units(parts[-1]) <= 67


@given(st.text(alphabet="中文ab", max_size=600))
def test_ordinary_text_follows_the_documented_formula(text: str) -> None:
    length = len(text)
    assert count_parts(text) == (1 if length <= 70 else -(-length // 67))


@given(st.text(alphabet=st.characters(categories=["Cs", "Lu", "So"]), max_size=200))
def test_half_a_surrogate_pair_is_counted_and_not_fatal(text: str) -> None:
    parts = split(text)
    assert count_parts(text) == len(parts)
    "".join(parts[1:]).encode()


def test_every_unicode_character_counts_one() -> None:
    assert count_characters("【示例】a😀") == 6


@pytest.mark.parametrize(
    ("brackets", "text"),
    [("CN", "【示例】您好"), ("GB", "[示例]您好"), ("", "【示例】您好"), ("gb", "【示例】您好")],
)
def test_the_signature_stands_in_front(brackets: str, text: str) -> None:
    assert signed("示例", "您好", brackets) == text


def test_brackets_are_chinese_unless_said() -> None:
    assert signed("示例", "您好") == "【示例】您好"
