"""What travels in front of and inside texts: headers, references, alphabets, signatures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.carriers.wire import gsm7, udh
from messaging.carriers.wire.references import References
from messaging.carriers.wire.signature import without_signature
from messaging.carriers.wire.udh import WHOLE, Place


def test_the_header_is_the_one_of_the_standard():
    # UDHL 5, element 00 of 3 bytes: reference 0x2A, 3 parts, this is the 2nd.
    assert udh.header(Place(0x2A, 3, 2)) == bytes.fromhex("050003 2A 03 02")
    assert len(udh.header(Place(1, 2, 1))) == udh.HEADER_BYTES


@pytest.mark.parametrize(
    ("data", "place", "text"),
    [
        ("050003 2A 03 02 41", Place(0x2A, 3, 2), b"A"),
        ("060804 1234 03 02 41", Place(0x1234, 3, 2), b"A"),  # a 16-bit reference
        ("0B 0504 0B84 23F0 0003 2A 02 01 41", Place(0x2A, 2, 1), b"A"),  # ports in front
        ("04 2402 0102 41", WHOLE, b"A"),  # only an element that says nothing here
        ("050003 2A 03 04 41", WHOLE, b"A"),  # part 4 of 3
        ("050003 2A 01 01 41", WHOLE, b"A"),  # part 1 of 1
        ("050003 2A 03 00 41", WHOLE, b"A"),  # part 0
        ("00 41", WHOLE, b"A"),
    ],
)
def test_headers_are_read(data: str, place: Place, text: bytes):
    assert udh.unwrap(bytes.fromhex(data)) == (place, text)


@pytest.mark.parametrize("data", ["", "05", "0500032A03", "050009 2A 03 02 41"])
def test_broken_headers_are_told(data: str):
    with pytest.raises(ValueError):
        udh.unwrap(bytes.fromhex(data))


@given(st.binary(max_size=140))
def test_no_header_crashes(data: bytes):
    try:
        place, text = udh.unwrap(data)
    except ValueError:
        return
    assert data.endswith(text)
    assert 1 <= place.number <= place.total


@given(st.integers(0, 255), st.integers(2, 255), st.data(), st.binary(max_size=134))
def test_what_is_wrapped_is_unwrapped(reference: int, total: int, data: st.DataObject, text: bytes):
    place = Place(reference, total, data.draw(st.integers(1, total)))
    assert udh.unwrap(udh.header(place) + text) == (place, text)


def test_a_recipient_gets_every_reference_before_one_comes_again():
    references = References()
    given_ = [references.next("+8613800138000") for _ in range(257)]
    assert sorted(given_[:256]) == list(range(256))
    assert given_[256] == given_[0]


def test_only_so_many_recipients_are_remembered():
    references = References(remembered=2)
    for recipient in ("a", "b", "c"):
        references.next(recipient)
    assert set(references._last) == {"b", "c"}


def test_the_gsm_alphabet_by_its_table():
    # 3GPP TS 23.038 §6.2.1: @ 00, £ 01, $ 02, Δ 10, ESC 1B, ä 7B, à 7F; extension { 28, € 65.
    assert gsm7.encode("@£$Δäà") == bytes.fromhex("000102107B7F")
    assert gsm7.encode("{€") == bytes.fromhex("1B28 1B65")
    assert gsm7.encode("AZaz09") == b"AZaz09"


@pytest.mark.parametrize("text", ["你", "ñ你", "`", "ç", "\x1b"])
def test_other_characters_are_not_in_it(text: str):
    assert gsm7.encode(text) is None


@given(st.text(st.sampled_from(sorted(gsm7._ENCODED)), max_size=160))
def test_what_is_encoded_is_decoded_to_the_same(text: str):
    assert gsm7.decode(gsm7.encode(text) or b"") == text


@given(st.binary(max_size=160))
def test_any_octets_are_decoded(octets: bytes):
    assert len(gsm7.decode(octets)) <= len(octets)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("【华为】您好",), ("您好",)),
        (("[Huawei]Hi",), ("Hi",)),
        (("【华为】您", "好"), ("您", "好")),
        (("您好【华为】",), ("您好【华为】",)),
        (("【没有结束",), ("【没有结束",)),
        (("【华为】【活动】您好",), ("【活动】您好",)),
    ],
)
def test_only_the_signature_in_front_is_left_out(parts: tuple, expected: tuple):
    assert without_signature(parts) == expected
