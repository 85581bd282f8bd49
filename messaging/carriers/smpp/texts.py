"""Texts as SMPP carries them: alphabet, concatenation, and back (carriers.md §4)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from messaging.carriers.wire import gsm7, udh
from messaging.carriers.wire.udh import Place

from .pdus import DataCoding, EsmClass, ShortMessage, Tlv


class Payload(NamedTuple):
    """One part: what `short_message`, `data_coding` and `esm_class` are, with its parameters."""

    content: bytes
    data_coding: int
    esm_class: int = 0
    tlvs: Mapping[int, bytes] = {}


def payloads(
    parts: Sequence[str], *, alphabet: str, is_ucs2_only: bool, concatenation: str, reference: int
) -> list[Payload]:
    """The parts of one message in one alphabet: the default one where it has every character."""
    contents = None if is_ucs2_only else _in_default_alphabet(parts, alphabet)
    data_coding = DataCoding.DEFAULT
    if contents is None:
        contents = [part.encode("utf-16-be", "replace") for part in parts]
        data_coding = DataCoding.UCS2
    total = len(contents)
    if total == 1:
        return [Payload(contents[0], data_coding)]
    return [
        _placed(content, data_coding, Place(reference, total, index), concatenation)
        for index, content in enumerate(contents, start=1)
    ]


def ucs2_part(text: str, place: Place, *, concatenation: str) -> Payload:
    """One part alone, at its place."""
    content = text.encode("utf-16-be", "replace")
    if place == udh.WHOLE:
        return Payload(content, DataCoding.UCS2)
    return _placed(content, DataCoding.UCS2, place, concatenation)


def place_of(message: ShortMessage, tlvs: Mapping[int, bytes]) -> Place:
    """Which part of its message this is; a whole one where its header is broken."""
    in_parameters = _sar_place(tlvs)
    if not message.esm_class & EsmClass.UDHI:
        return in_parameters
    try:
        return udh.unwrap(message.short_message)[0]
    except ValueError:
        return in_parameters


def read(
    content: bytes, *, data_coding: int, esm_class: int, tlvs: Mapping[int, bytes], alphabet: str
) -> tuple[Place, str]:
    """The place of a part in its message, and its text; raises ValueError for a broken header."""
    place = _sar_place(tlvs)
    if esm_class & EsmClass.UDHI:
        in_header, content = udh.unwrap(content)
        place = in_header if in_header != udh.WHOLE else place
    return place, text_of(content, data_coding=data_coding, alphabet=alphabet)


def text_of(content: bytes, *, data_coding: int, alphabet: str) -> str:
    """The text of content without header; what means nothing becomes U+FFFD.

    NULs, with which some peers end a text, are left out.
    """
    if data_coding == DataCoding.UCS2:
        found = content.decode("utf-16-be", "replace")
    elif data_coding == DataCoding.DEFAULT and alphabet == "gsm7":
        found = gsm7.decode(content)
    else:
        found = content.decode("latin-1")
    return found.replace("\0", "")


def _in_default_alphabet(parts: Sequence[str], alphabet: str) -> list[bytes] | None:
    contents = [gsm7.encode(part) if alphabet == "gsm7" else _latin1(part) for part in parts]
    return None if None in contents else [content for content in contents if content is not None]


def _latin1(part: str) -> bytes | None:
    try:
        return part.encode("latin-1")
    except UnicodeEncodeError:
        return None


def _placed(content: bytes, data_coding: int, place: Place, concatenation: str) -> Payload:
    if concatenation == "sar":
        return Payload(content, data_coding, tlvs=_sar(place))
    return Payload(udh.header(place) + content, data_coding, EsmClass.UDHI)


def _sar(place: Place) -> Mapping[int, bytes]:
    return {
        Tlv.SAR_MSG_REF_NUM: place.reference.to_bytes(2, "big"),
        Tlv.SAR_TOTAL_SEGMENTS: bytes((place.total,)),
        Tlv.SAR_SEGMENT_SEQNUM: bytes((place.number,)),
    }


def _sar_place(tlvs: Mapping[int, bytes]) -> Place:
    if Tlv.SAR_MSG_REF_NUM not in tlvs:
        return udh.WHOLE
    place = Place(
        int.from_bytes(tlvs[Tlv.SAR_MSG_REF_NUM], "big"),
        int.from_bytes(tlvs.get(Tlv.SAR_TOTAL_SEGMENTS, b""), "big"),
        int.from_bytes(tlvs.get(Tlv.SAR_SEGMENT_SEQNUM, b""), "big"),
    )
    return place if udh.is_place(place) and place.total < 256 else udh.WHOLE
