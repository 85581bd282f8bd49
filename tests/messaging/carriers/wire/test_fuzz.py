"""Whatever a carrier delivers, the connectors hand it over or confirm it, and go on."""

import asyncio
from pathlib import Path
from typing import Any

import structlog
from hypothesis import given
from hypothesis import strategies as st

from messaging.carriers.base import ChannelSettings, Receipt, Uplink
from messaging.carriers.cmpp import CmppConnector
from messaging.carriers.cmpp import codec as cmpp
from messaging.carriers.cmpp.pdus import Deliver
from messaging.carriers.smpp import SmppConnector
from messaging.carriers.smpp import codec as smpp
from messaging.carriers.smpp.pdus import Command, Data, ShortMessage, Tlv
from messaging.carriers.wire.connector import WireConnector

SMALL = st.integers(0, 255)
PROTOCOL_TEXTS = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=20)
RECEIPT_TEXTS = st.builds(
    "id:{} stat:{} done date:{}".format, PROTOCOL_TEXTS, PROTOCOL_TEXTS, st.integers(0, 10**14)
).map(lambda text: text.encode("latin-1"))
CONTENTS = st.binary(max_size=254) | RECEIPT_TEXTS
TLVS = st.dictionaries(st.sampled_from([int(tag) for tag in Tlv]), CONTENTS, max_size=5)


class Ears:
    """Stands for a session and both inboxes: counts what became of a delivery."""

    log = structlog.get_logger()

    def __init__(self) -> None:
        self.taken: list[Receipt | Uplink] = []
        self.confirmed = 0

    def take(self, item: Any, session: Any, answer: bytes) -> None:
        self.taken.append(item)

    def write(self, frame: bytes) -> None:
        self.confirmed += 1


def delivered(kind: type[WireConnector], config: dict[str, Any], pdu: Any) -> Ears:
    """What the connector does with a delivery."""

    async def story() -> Ears:
        async def nobody(_: Any) -> None: ...

        connector = kind(ChannelSettings(1, "fuzz", config, Path()), nobody, nobody)
        ears = connector._receipts = connector._uplinks = Ears()
        connector._deliver(pdu, ears, b"answer")
        return ears

    return asyncio.run(story())


def is_storable(item: Receipt | Uplink) -> bool:
    """Whether the database takes its texts: no NULs, no halves of characters."""
    texts = [value for value in item if isinstance(value, str)]
    return not any("\0" in text or text.encode("utf-8") is None for text in texts)


@given(
    esm_class=SMALL,
    data_coding=SMALL,
    content=CONTENTS,
    sender=PROTOCOL_TEXTS,
    tlvs=TLVS,
    is_data=st.booleans(),
    unmarked=st.booleans(),
)
def test_deliveries_of_smpp(esm_class, data_coding, content, sender, tlvs, is_data, unmarked):
    config = {"host": "h", "system_id": "s", "unmarked_receipts": unmarked}
    if is_data:
        body = Data(source_addr=sender, esm_class=esm_class, data_coding=data_coding)
        command = Command.DATA_SM
    else:
        body = ShortMessage(
            source_addr=sender,
            esm_class=esm_class,
            data_coding=data_coding,
            short_message=content,
        )
        command = Command.DELIVER_SM
    pdu = smpp.decode(smpp.encode(smpp.Pdu(command, 1, body, tlvs=tlvs)))
    ears = delivered(SmppConnector, config, pdu)
    assert len(ears.taken) + ears.confirmed == 1
    assert all(is_storable(item) for item in ears.taken)


@given(
    is_report=st.integers(0, 2),
    tp_udhi=SMALL,
    msg_fmt=SMALL,
    content=CONTENTS | st.binary(min_size=60, max_size=60) | st.binary(min_size=71, max_size=71),
    sender=PROTOCOL_TEXTS,
    msg_id=st.binary(min_size=8, max_size=8),
)
def test_deliveries_of_cmpp(is_report, tp_udhi, msg_fmt, content, sender, msg_id):
    body = Deliver(
        msg_id,
        tp_udhi=tp_udhi,
        msg_fmt=msg_fmt,
        src_terminal_id=sender,
        registered_delivery=is_report,
        msg_content=content,
    )
    config = {"host": "h", "source_addr": "901234"}
    ears = delivered(CmppConnector, config, cmpp.Pdu(5, 1, body))
    assert len(ears.taken) + ears.confirmed == 1
    assert all(is_storable(item) for item in ears.taken)
