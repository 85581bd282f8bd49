"""Messages to bytes and back; golden frames are derived byte by byte from the protocol."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.carriers.cmpp import authenticator, codec
from messaging.carriers.cmpp.codec import HEADER, Pdu, UnknownCommandError
from messaging.carriers.cmpp.pdus import (
    LAYOUTS,
    REPORTS,
    ActiveTestResp,
    Command,
    Connect,
    ConnectResp,
    Deliver,
    DeliverResp,
    Nothing,
    Report,
    Submit,
    SubmitResp,
    Version,
)
from messaging.carriers.wire.fields import (
    Absent,
    CodecError,
    Counted,
    CountedTexts,
    Octets,
    Text,
    UInt,
)

V20, V21, V30 = Version

# `printf '901234\0\0\0\0\0\0\0\0\0secret0102030405' | md5sum`: SP_Id, nine zeros, secret, and
# 2 January 03:04:05 with its leading zero.
SOURCE = bytes.fromhex("1c39df8b9c01798a8f35c3c785cf91ce")

CONNECT = bytes.fromhex(
    "00000027"  # Total_Length: 12 + 6 + 16 + 1 + 4 = 39
    "00000001"  # CMPP_CONNECT
    "00000001"  # Sequence_Id
    "393031323334"  # Source_Addr "901234"
    + SOURCE.hex()  # AuthenticatorSource
    + "30"  # Version 3.0
    "0614DC45"  # Timestamp 102030405: the zero in front is gone
)

# "你好" to 13800138000, part 1 of 2, in 2.0: 12 + 126 + 21 + 10 = 169 bytes.
SUBMIT_20 = bytes.fromhex(
    "000000A9"
    "00000004"  # CMPP_SUBMIT
    "00000010"
    "0000000000000000"  # Msg_Id
    "02"  # Pk_total
    "01"  # Pk_number
    "01"  # Registered_Delivery
    "01"  # Msg_level
    "534D53 00000000000000"  # Service_Id "SMS"
    "02"  # Fee_UserType
    + "00"
    * 21  # Fee_terminal_Id
    + "00"  # TP_pId
    "01"  # TP_udhi
    "08"  # Msg_Fmt
    "393031323334"  # Msg_src "901234"
    "3031"  # FeeType "01"
    "303030303030"  # FeeCode "000000"
    + "00" * 17  # ValId_Time
    + "00" * 17  # At_Time
    + "3130363930303031"
    + "00" * 13  # Src_Id "10690001"
    + "01"  # DestUsr_tl
    "3133383030313338303030"
    + "00"
    * 10  # Dest_terminal_Id "13800138000"
    + "0A"  # Msg_Length
    "050003 2A 02 01 4F60 597D"  # header of part 1 of 2, reference 0x2A; 你好
     + "00" * 8  # Reserve
)

# The same in 3.0: 12 + 151 + 32 + 10 = 205 bytes.
SUBMIT_30 = bytes.fromhex(
    "000000CD"
    "00000004"
    "00000010"
    "0000000000000000"
    "02"
    "01"
    "01"
    "01"
    "534D53 00000000000000"
    "02"
    + "00"
    * 32  # Fee_terminal_Id
    + "00"  # Fee_terminal_type
    "00"  # TP_pId
    "01"  # TP_udhi
    "08"
    "393031323334"
    "3031"
    "303030303030" + "00" * 17 + "00" * 17 + "3130363930303031" + "00" * 13 + "01"
    "3133383030313338303030"
    + "00"
    * 21  # Dest_terminal_Id
    + "00"  # Dest_terminal_type
    "0A"
    "050003 2A 02 01 4F60 597D" + "00" * 20  # LinkID
)

PART = Submit(
    pk_total=2,
    pk_number=1,
    service_id="SMS",
    tp_udhi=1,
    msg_src="901234",
    fee_code="000000",
    src_id="10690001",
    dest_terminal_ids=("13800138000",),
    msg_content=bytes.fromhex("0500032A0201 4F60597D"),
)

# 8 + 7 + 10 + 10 + 21 + 4 = 60 bytes, and 71 where the number has 32.
REPORT_60 = bytes.fromhex(
    "3A5E0A0000010007"  # Msg_Id of the SUBMIT_RESP
    "44454C49565244"  # Stat "DELIVRD"
    "32363131323331303130"  # Submit_time "2611231010"
    "32363131323331303135"  # Done_time "2611231015"
    "3133383030313338303030"
    + "00" * 10  # Dest_terminal_Id
    + "00000009"  # SMSC_sequence
)
REPORT_71 = REPORT_60[:56] + bytes(11) + REPORT_60[56:]
REPORT = Report(REPORT_60[:8], "DELIVRD", "2611231010", "2611231015", "13800138000", 9)

# A report in 2.0: 12 + 73 + 60 = 145 bytes. In 3.0 with 71: 12 + 97 + 71 = 180.
DELIVER_20 = (
    bytes.fromhex(
        "00000091"
        "00000005"  # CMPP_DELIVER
        "00000003"
        "3A5E0A0000010008"  # Msg_Id of the DELIVER
        "3130363930303031"
        + "00"
        * 13  # Dest_Id "10690001"
        + "534D53 00000000000000"  # Service_Id
        "00"  # TP_pid
        "00"  # TP_udhi
        "00"  # Msg_Fmt
        "3133383030313338303030"
        + "00"
        * 10  # Src_terminal_Id
        + "01"  # Registered_Delivery: a status report
        "3C"  # Msg_Length: 60
    )
    + REPORT_60
    + bytes(8)  # Reserve
)
DELIVER_30 = (
    bytes.fromhex(
        "000000B4"
        "00000005"
        "00000003"
        "3A5E0A0000010008"
        "3130363930303031" + "00" * 13 + "534D53 00000000000000"
        "00"
        "00"
        "00"
        "3133383030313338303030" + "00" * 21 + "00"  # Src_terminal_type
        "01"
        "47"  # Msg_Length: 71
    )
    + REPORT_71
    + bytes(20)  # LinkID
)


def delivered(content: bytes) -> Deliver:
    return Deliver(
        bytes.fromhex("3A5E0A0000010008"),
        dest_id="10690001",
        service_id="SMS",
        src_terminal_id="13800138000",
        registered_delivery=1,
        msg_content=content,
    )


@pytest.mark.parametrize(
    ("frame", "pdu", "version"),
    [
        (CONNECT, Pdu(Command.CONNECT, 1, Connect("901234", SOURCE, 0x30, 102030405)), V30),
        (SUBMIT_20, Pdu(Command.SUBMIT, 16, PART), V20),
        (SUBMIT_20, Pdu(Command.SUBMIT, 16, PART), V21),
        (SUBMIT_30, Pdu(Command.SUBMIT, 16, PART), V30),
        (DELIVER_20, Pdu(Command.DELIVER, 3, delivered(REPORT_60)), V20),
        (DELIVER_30, Pdu(Command.DELIVER, 3, delivered(REPORT_71)), V30),
        # Header 12, body 0, 1, 9, 12, 18 or 21 (carriers.md §1.2, §1.3, §1.6).
        ("0000000C 00000008 00000001", Pdu(Command.ACTIVE_TEST, 1, Nothing()), V20),
        ("0000000D 80000008 00000001 00", Pdu(Command.ACTIVE_TEST_RESP, 1, ActiveTestResp()), V30),
        ("0000000C 00000002 00000002", Pdu(Command.TERMINATE, 2, Nothing()), V30),
        ("0000000C 80000002 00000002", Pdu(Command.TERMINATE_RESP, 2, Nothing()), V30),
        (
            "00000015 80000004 00000010 3A5E0A0000010007 08",
            Pdu(Command.SUBMIT_RESP, 16, SubmitResp(REPORT_60[:8], 8)),
            V20,
        ),
        (
            "00000018 80000004 00000010 3A5E0A0000010007 00000008",
            Pdu(Command.SUBMIT_RESP, 16, SubmitResp(REPORT_60[:8], 8)),
            V30,
        ),
        (
            "00000015 80000005 00000003 3A5E0A0000010008 00",
            Pdu(Command.DELIVER_RESP, 3, DeliverResp(bytes.fromhex("3A5E0A0000010008"))),
            V21,
        ),
        (
            "0000001E 80000001 00000001 03" + "00" * 16 + "20",
            Pdu(Command.CONNECT_RESP, 1, ConnectResp(3, bytes(16), 0x20)),
            V20,
        ),
        (
            "00000021 80000001 00000001 00000003" + "00" * 16 + "30",
            Pdu(Command.CONNECT_RESP, 1, ConnectResp(3, bytes(16), 0x30)),
            V30,
        ),
    ],
)
def test_golden_frames(frame: bytes | str, pdu: Pdu, version: Version):
    golden = bytes.fromhex(frame) if isinstance(frame, str) else frame
    assert codec.encode(pdu, version) == golden
    assert codec.decode(golden, version) == pdu


@pytest.mark.parametrize("content", [REPORT_60, REPORT_71], ids=["60", "71"])
def test_a_report_is_read_by_its_length(content: bytes):
    assert codec.decode_report(content) == REPORT
    assert REPORTS[len(content)].encode(REPORT) == content


@pytest.mark.parametrize("length", [0, 59, 61, 70, 72])
def test_a_report_of_another_length_is_refused(length: int):
    with pytest.raises(CodecError):
        codec.decode_report(bytes(length))


def test_the_authenticator_of_the_source():
    assert authenticator.of_source("901234", "secret", 102030405) == SOURCE


def test_a_short_name_is_filled_up_inside_the_authenticator():
    # printf '90123\0\0\0\0\0\0\0\0\0\0secret1123101500' | md5sum
    expected = bytes.fromhex("8e10b9a58e409519c66cba765d52542b")
    assert authenticator.of_source("90123", "secret", 1123101500) == expected


def test_the_authenticator_of_the_carrier_has_the_width_of_the_version():
    # (printf '\0' or '\0\0\0\0'; the 16 bytes of SOURCE; printf 'secret') | md5sum
    narrow = authenticator.of_ismg(0, SOURCE, "secret", V20)
    wide = authenticator.of_ismg(0, SOURCE, "secret", V30)
    assert narrow.hex() == "9e21b4ca73ef610ad7e2a0c6990e1098"
    assert wide.hex() == "e9ed198350952cc89cfdfb0c747e8438"


@pytest.mark.parametrize("version", [V20, V30])
def test_answers_are_read_by_their_length(version: Version):
    short = bytes.fromhex("00000015 80000004 00000010 3A5E0A0000010007 00")
    long = bytes.fromhex("00000018 80000004 00000010 3A5E0A0000010007 00000000")
    assert codec.decode(short, version) == codec.decode(long, version)


def with_length(frame: bytes) -> bytes:
    return len(frame).to_bytes(4, "big") + frame[4:]


@pytest.mark.parametrize("missing", range(1, len(SUBMIT_30) - 12, 3))
def test_a_submission_cut_off_anywhere_is_refused(missing: int):
    with pytest.raises(CodecError):
        codec.decode(with_length(SUBMIT_30[:-missing]), V30)


@pytest.mark.parametrize(
    "frame",
    [
        SUBMIT_30[:-1],
        with_length(SUBMIT_30 + b"\0"),
        with_length(SUBMIT_20),
        with_length(DELIVER_20[:84] + b"\xff" + DELIVER_20[85:]),
        b"\0\0\0\x08\0\0\0\x04",
    ],
    ids=["short", "long", "of 2.0", "wrong Msg_Length", "no header"],
)
def test_wrong_lengths_are_refused(frame: bytes):
    with pytest.raises(CodecError):
        codec.decode(frame, V30)


def test_an_unknown_command_is_told_apart():
    with pytest.raises(UnknownCommandError):
        codec.decode(HEADER.pack(12, 0x0B, 1), V30)


@pytest.mark.parametrize(
    "body",
    [
        Submit(src_id="1" * 22),
        Submit(service_id="名"),
        Submit(msg_content=bytes(160)),
        Submit(dest_terminal_ids=("1",) * 256),
        Submit(pk_total=256),
        Submit(msg_id=b"1"),
    ],
)
def test_what_does_not_fit_is_refused(body: Submit):
    with pytest.raises(CodecError):
        codec.encode(Pdu(Command.SUBMIT, 1, body), V20)


TEXTS = st.characters(min_codepoint=1, max_codepoint=255)


def values_of(field: object) -> st.SearchStrategy:
    match field:
        case UInt(size):
            return st.integers(0, 256**size - 1)
        case Text(size):
            return st.text(TEXTS, max_size=size)
        case Octets(size):
            return st.binary(min_size=size, max_size=size)
        case Counted(most):
            return st.binary(max_size=most)
        case CountedTexts(size):
            return st.lists(st.text(TEXTS, max_size=size), max_size=5).map(tuple)
        case Absent(default):
            return st.just(default)
    raise AssertionError(field)


@st.composite
def pdus(draw: st.DrawFn) -> tuple[Pdu, Version]:
    version = draw(st.sampled_from(list(Version)))
    command = draw(st.sampled_from(list(LAYOUTS[version])))
    layout = LAYOUTS[version][command]
    values = [draw(values_of(field)) for field in layout.fields]
    return Pdu(command, draw(st.integers(0, 0xFFFFFFFF)), layout.body(*values)), version


@given(drawn=pdus())
def test_what_is_encoded_is_decoded_to_the_same(drawn: tuple[Pdu, Version]):
    pdu, version = drawn
    assert codec.decode(codec.encode(pdu, version), version) == pdu


@given(
    command=st.sampled_from([*LAYOUTS[V30], 0x06, 0x80000006]),
    body=st.binary(max_size=300),
    version=st.sampled_from(list(Version)),
)
def test_no_bytes_crash_the_decoder(command: int, body: bytes, version: Version):
    frame = HEADER.pack(HEADER.size + len(body), command, 1) + body
    with contextlib.suppress(CodecError):
        assert codec.decode(frame, version).command == command


@given(frame=st.binary(max_size=300))
def test_no_frame_crashes_the_decoder(frame: bytes):
    with contextlib.suppress(CodecError):
        codec.decode(frame, V30)
    with contextlib.suppress(CodecError):
        codec.decode_report(frame)
