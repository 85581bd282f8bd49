"""PDUs to bytes and back; golden frames are derived byte by byte from SMPP 3.4."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.carriers.smpp import codec
from messaging.carriers.smpp.codec import HEADER, Pdu, UnknownCommandError
from messaging.carriers.smpp.pdus import (
    LAYOUTS,
    RESPONSE,
    Bind,
    Command,
    Data,
    MessageId,
    Nothing,
    ShortMessage,
    Tlv,
)
from messaging.carriers.wire.fields import CodecError, CString, UInt

# The example of SMPP 3.4 §3.2.2: 47 bytes, bind_transmitter, sequence 1.
BIND_TRANSMITTER = bytes.fromhex(
    "0000002F"  # command_length: 16 + 10 + 9 + 8 + 4 = 47
    "00000002"  # command_id: bind_transmitter
    "00000000"  # command_status
    "00000001"  # sequence_number
    "534D505033544553 5400"  # system_id "SMPP3TEST"
    "7365637265743038 00"  # password "secret08"
    "5355424D495431 00"  # system_type "SUBMIT1"
    "00"  # interface_version
    "01"  # addr_ton
    "01"  # addr_npi
    "00"  # address_range
)

# §4.4.1: "你好" as UCS-2 with a header, part 1 of 2, reference 0x2A, to 8613800138000.
SUBMIT_SM = bytes.fromhex(
    "00000040"  # command_length: 16 + 1 + (2 + 9) + (2 + 14) + 3 + 2 + 4 + (1 + 10) = 64
    "00000004"
    "00000000"
    "00000007"
    "00"  # service_type: empty
    "00 01"  # source_addr_ton, source_addr_npi
    "3130363930303031 00"  # source_addr "10690001"
    "01 01"  # dest_addr_ton, dest_addr_npi
    "38363133383030313338303030 00"  # destination_addr "8613800138000"
    "40"  # esm_class: UDHI
    "00"  # protocol_id
    "00"  # priority_flag
    "00"  # schedule_delivery_time: empty
    "00"  # validity_period: empty
    "01"  # registered_delivery
    "00"  # replace_if_present_flag
    "08"  # data_coding: UCS-2
    "00"  # sm_default_msg_id
    "0A"  # sm_length: 6 header + 4 text
    "050003 2A 02 01"  # user data header
    "4F60 597D"  # 你 U+4F60, 好 U+597D
)

# §4.6.1 with §5.3.2: a receipt without text whose parameters say everything.
DELIVER_SM = bytes.fromhex(
    "00000045"  # command_length: 16 + 1 + (2 + 14) + (2 + 9) + 3 + 2 + 4 + 1 + 10 + 5 = 69
    "00000005"
    "00000000"
    "00000009"
    "00"
    "01 01"
    "38363133383030313338303030 00"
    "00 01"
    "3130363930303031 00"
    "04"  # esm_class: delivery receipt
    "00 00 00 00 00 00"
    "00"  # data_coding
    "00"  # sm_default_msg_id
    "00"  # sm_length
    "001E 0006 3132414243 00"  # receipted_message_id "12ABC"
    "0427 0001 02"  # message_state: DELIVERED
)


def with_length(frame: bytes) -> bytes:
    """The same with a right command_length."""
    return len(frame).to_bytes(4, "big") + frame[4:]


def test_the_example_of_the_specification():
    body = Bind("SMPP3TEST", "secret08", "SUBMIT1", 0, 1, 1, "")
    pdu = Pdu(Command.BIND_TRANSMITTER, 1, body)
    assert codec.encode(pdu) == BIND_TRANSMITTER
    assert codec.decode(BIND_TRANSMITTER) == pdu


def test_a_submission():
    pdu = Pdu(
        Command.SUBMIT_SM,
        7,
        ShortMessage(
            source_addr_npi=1,
            source_addr="10690001",
            dest_addr_ton=1,
            dest_addr_npi=1,
            destination_addr="8613800138000",
            esm_class=0x40,
            registered_delivery=1,
            data_coding=8,
            short_message=bytes.fromhex("0500032A0201 4F60597D"),
        ),
    )
    assert codec.encode(pdu) == SUBMIT_SM
    assert codec.decode(SUBMIT_SM) == pdu


def test_a_receipt_in_parameters():
    pdu = codec.decode(DELIVER_SM)
    assert pdu.body == ShortMessage(
        source_addr_ton=1,
        source_addr_npi=1,
        source_addr="8613800138000",
        dest_addr_npi=1,
        destination_addr="10690001",
        esm_class=4,
    )
    assert pdu.tlvs == {Tlv.RECEIPTED_MESSAGE_ID: b"12ABC\0", Tlv.MESSAGE_STATE: b"\x02"}
    assert codec.encode(pdu) == DELIVER_SM


@pytest.mark.parametrize(
    ("frame", "pdu"),
    [
        # §4.2.2 and §4.11: header only, 16 = 0x10 bytes.
        ("00000010 80000006 00000000 00000003", Pdu(Command.UNBIND_RESP, 3, Nothing())),
        ("00000010 00000015 00000000 00000004", Pdu(Command.ENQUIRE_LINK, 4, Nothing())),
        # §4.3: a nack of an invalid command length.
        ("00000010 80000000 00000002 00000005", Pdu(Command.GENERIC_NACK, 5, Nothing(), 2)),
        # §4.4.2: the body is left out where the status is an error, here ESME_RTHROTTLED.
        ("00000010 80000004 00000058 00000006", Pdu(Command.SUBMIT_SM_RESP, 6, None, 0x58)),
        # 16 + "1A2B" + NUL = 21 = 0x15.
        (
            "00000015 80000004 00000000 00000006 31413242 00",
            Pdu(Command.SUBMIT_SM_RESP, 6, MessageId("1A2B")),
        ),
    ],
)
def test_small_frames(frame: str, pdu: Pdu):
    assert codec.decode(bytes.fromhex(frame)) == pdu
    assert codec.encode(pdu) == bytes.fromhex(frame)


def test_the_id_in_an_answer_may_lack_its_end():
    frame = bytes.fromhex("00000014 80000004 00000000 00000006 31413242")
    assert codec.decode(frame).body == MessageId("1A2B")


def test_nul_bytes_behind_the_text_say_nothing():
    assert codec.decode(with_length(SUBMIT_SM + b"\0")).tlvs == {}


@pytest.mark.parametrize("missing", range(1, len(SUBMIT_SM) - 16))
def test_a_submission_cut_off_anywhere_is_refused(missing: int):
    with pytest.raises(CodecError):
        codec.decode(with_length(SUBMIT_SM[:-missing]))


@pytest.mark.parametrize("length", [15, 16, 63, 65, 0, 0xFFFFFFFF])
def test_a_length_that_is_not_the_frame_s_is_refused(length: int):
    with pytest.raises(CodecError):
        codec.decode(length.to_bytes(4, "big") + SUBMIT_SM[4:])


def test_an_optional_parameter_longer_than_the_frame_is_refused():
    with pytest.raises(CodecError):
        codec.decode(with_length(SUBMIT_SM + bytes.fromhex("0427 0002 02")))


def test_an_unknown_command_is_told_apart():
    with pytest.raises(UnknownCommandError):
        codec.decode(bytes.fromhex("00000010 00000003 00000000 00000001"))


@pytest.mark.parametrize(
    "body",
    [
        Bind("sixteen-and-more", "x"),
        Bind("ends\0early", "x"),
        Bind("名", "x"),
        ShortMessage(short_message=bytes(255)),
        ShortMessage(esm_class=256),
    ],
)
def test_what_does_not_fit_is_refused(body: tuple):
    command = Command.BIND_RECEIVER if isinstance(body, Bind) else Command.SUBMIT_SM
    with pytest.raises(CodecError):
        codec.encode(Pdu(command, 1, body))


def values_of(field: object) -> st.SearchStrategy:
    if isinstance(field, UInt):
        return st.integers(0, 256**field.size - 1)
    if isinstance(field, CString):
        characters = st.characters(min_codepoint=1, max_codepoint=255)
        return st.text(characters, max_size=field.most - 1)
    return st.binary(max_size=254)


def bodies(command: int) -> st.SearchStrategy:
    layout = LAYOUTS[command]
    return st.tuples(*map(values_of, layout.fields)).map(lambda values: layout.body(*values))


PDUS = st.sampled_from(list(LAYOUTS)).flatmap(
    lambda command: st.builds(
        Pdu,
        st.just(command),
        st.integers(0, 0xFFFFFFFF),
        bodies(command),
        st.integers(0, 0xFFFFFFFF),
        st.dictionaries(st.integers(0, 0xFFFF), st.binary(max_size=300), max_size=4),
    )
)


@given(pdu=PDUS)
def test_what_is_encoded_is_decoded_to_the_same(pdu: Pdu):
    assert codec.decode(codec.encode(pdu)) == pdu


@given(command=st.sampled_from([*LAYOUTS, 0x03, 0x80000003]), body=st.binary(max_size=400))
def test_no_bytes_crash_the_decoder(command: int, body: bytes):
    frame = HEADER.pack(HEADER.size + len(body), command, 0, 1) + body
    try:
        pdu = codec.decode(frame)
    except CodecError:
        return
    assert pdu.command == command
    assert pdu.body is not None or command & RESPONSE


@given(frame=st.binary(max_size=100))
def test_no_frame_crashes_the_decoder(frame: bytes):
    with contextlib.suppress(CodecError):
        codec.decode(frame)


def test_data_sm_takes_long_addresses():
    pdu = Pdu(Command.DATA_SM, 1, Data(source_addr="1" * 64))
    assert codec.decode(codec.encode(pdu)) == pdu
