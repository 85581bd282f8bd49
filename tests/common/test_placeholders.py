import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.placeholders import CompiledText

fixed = st.text(max_size=20).filter(lambda text: "$" not in text)
values = st.text(max_size=20)


@pytest.mark.parametrize(
    ("content", "segments", "names"),
    [
        ("no variables", ("no variables",), ()),
        ("", ("",), ()),
        ("code ${1}, ok", ("code ", ", ok"), ("1",)),
        ("${NUM_6}", ("", ""), ("NUM_6",)),
        ("${1}${PHONE}", ("", "", ""), ("1", "PHONE")),
        ("a${DATE}b${TIME}c${TXT_20}", ("a", "b", "c", ""), ("DATE", "TIME", "TXT_20")),
        ("${2}-${2}", ("", "-", ""), ("2", "2")),
        ("$1 {1} ${} ${a b} ${1", ("$1 {1} ${} ${a b} ${1",), ()),
        ("$${1}", ("$", ""), ("1",)),
    ],
)
def test_parse(content: str, segments: tuple[str, ...], names: tuple[str, ...]) -> None:
    compiled = CompiledText.parse(content)
    assert compiled.segments == segments
    assert compiled.names == names
    assert compiled.variable_count == len(names)


def test_position_decides_whatever_the_names_say() -> None:
    assert CompiledText.parse("${2} then ${1}").render(["first", "second"]) == "first then second"


def test_percent_signs_are_text() -> None:
    assert CompiledText.parse("100% of ${1} %s").render(["5%d"]) == "100% of 5%d %s"
    assert CompiledText.parse("100%").render([]) == "100%"


def test_a_placeholder_in_a_value_is_not_filled() -> None:
    assert CompiledText.parse("${1}${2}").render(["${2}", "x"]) == "${2}x"


@pytest.mark.parametrize("values", [[], ["a"], ["a", "b", "c"]])
def test_a_wrong_number_of_values_is_an_error(values: list[str]) -> None:
    with pytest.raises(ValueError, match=f"2 values expected, {len(values)} given"):
        CompiledText.parse("${1} ${2}").render(values)


@given(fixed, st.lists(st.tuples(values, fixed), max_size=20))
def test_rendering_is_joining(head: str, pairs: list[tuple[str, str]]) -> None:
    content = head + "".join(
        f"${{{position}}}{tail}" for position, (_, tail) in enumerate(pairs, 1)
    )
    expected = head + "".join(value + tail for value, tail in pairs)
    assert CompiledText.parse(content).render([value for value, _ in pairs]) == expected


@given(st.text(alphabet="${}1aZ_ %", max_size=60))
def test_filling_in_the_placeholders_themselves_gives_the_content_back(content: str) -> None:
    compiled = CompiledText.parse(content)
    assert compiled.render([f"${{{name}}}" for name in compiled.names]) == content
