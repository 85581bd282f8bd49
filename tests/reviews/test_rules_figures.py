import pytest

from common.variables import longest_value
from reviews.services.rules import Figures, largest_figures


def entries(*attributes):
    return [{"name": str(n), "attribute": each} for n, each in enumerate(attributes, 1)]


@pytest.mark.parametrize(
    ("content", "attributes", "signature", "figures"),
    [
        ("好" * 64, (), "云上商城", (70, 1)),
        ("好" * 65, (), "云上商城", (71, 2)),
        ("好" * 128, (), "云上商城", (134, 2)),
        ("好" * 129, (), "云上商城", (135, 3)),
        ("订单${1}到", ("CHARDIGIT",), "云上商城", (29, 1)),
        ("${1}在${2}", ("PHONE", "LONGTEXT"), "云上商城", (121, 2)),
        ("${1}到${2}", ("NUM_6", "TXT_3"), "云上", (14, 1)),
        ("${1}到${2}", ("DATE", "TIME"), "云上", (23, 1)),
        ("😀" * 36, (), "云上", (40, 2)),
        ("您好", (), "", (20, 1)),
        ("订单${1}到${2}", (), "云上", (15, 1)),
        ("订单${1}到", ("COLOUR",), "云上", (11, 1)),
    ],
)
def test_variables_and_signature_count_at_their_greatest_length(
    content, attributes, signature, figures
):
    assert largest_figures(content, entries(*attributes), signature) == Figures(*figures)


def test_a_verification_code_has_at_most_six_characters():
    code = largest_figures("码${1}", entries("CHARDIGIT"), "云上", type="VERIFY_CODE_TYPE")

    assert code.characters == len("【云上】码") + 6


def test_only_attributes_have_a_greatest_length():
    assert longest_value("TXT_7") == 7
    for name in ("COLOUR", "NUM", "NUM_21", ""):
        with pytest.raises(ValueError, match="no variable attribute"):
            longest_value(name)
