import pytest

from messaging.carriers.wire.addresses import from_carrier, to_carrier


@pytest.mark.parametrize(
    ("form", "mainland", "abroad"),
    [
        ("international", "8613800138000", "447700900123"),
        ("national", "13800138000", "447700900123"),
        ("plus", "+8613800138000", "+447700900123"),
    ],
)
def test_recipients_as_carriers_want_them(form: str, mainland: str, abroad: str):
    assert to_carrier("+8613800138000", form) == mainland
    assert to_carrier("+447700900123", form) == abroad


@pytest.mark.parametrize(
    ("number", "e164"),
    [
        ("13800138000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("+8613800138000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        (" 13800138000 ", "+8613800138000"),
        ("447700900123", "+447700900123"),
        ("00447700900123", "+447700900123"),
        ("Bank", "Bank"),
        ("", ""),
    ],
)
def test_handsets_as_e164(number: str, e164: str):
    assert from_carrier(number) == e164
