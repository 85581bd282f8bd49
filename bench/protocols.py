"""What a measurement needs of each carrier protocol: its server, its connector, its bare codec."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from messaging.carriers.cmpp import CmppConnector, authenticator
from messaging.carriers.cmpp import codec as cmpp
from messaging.carriers.cmpp import pdus as cmpp_pdus
from messaging.carriers.cmpp.server import CmppAccount, CmppServer
from messaging.carriers.simulated.settings import SimulatedSettings
from messaging.carriers.smpp import SmppConnector
from messaging.carriers.smpp import codec as smpp
from messaging.carriers.smpp import pdus as smpp_pdus
from messaging.carriers.smpp.server import SmppAccount, SmppServer
from messaging.carriers.wire.connector import WireConnector

ACCOUNT, SECRET = "900001", "secret"
BEHAVIOUR = SimulatedSettings(delay_s=0.01)
TEXT = "【华为】您的验证码是 123456，五分钟内有效。"
VERSION = cmpp_pdus.Version.V30

Frame = Callable[[int, str], bytes]


@dataclass(frozen=True)
class Protocol:
    """What a measurement needs of a protocol; the bare loop's part is codec and nothing else."""

    server: Callable[[], Any]
    connector: type[WireConnector]
    config: dict[str, Any]
    secrets: dict[str, str]
    window: int
    login: Callable[[], bytes]
    submission: Frame
    is_answer: Callable[[Any], bool]
    confirmation: Callable[[Any], bytes | None]
    decode: Callable[[bytes], Any]


def _smpp_submission(sequence: int, recipient: str) -> bytes:
    body = smpp_pdus.ShortMessage(
        source_addr="10690001",
        destination_addr=recipient,
        data_coding=8,
        registered_delivery=1,
        short_message=TEXT.encode("utf-16-be"),
    )
    return smpp.encode(smpp.Pdu(smpp_pdus.Command.SUBMIT_SM, sequence, body))


def _smpp_confirmation(pdu: smpp.Pdu) -> bytes | None:
    if pdu.command != smpp_pdus.Command.DELIVER_SM:
        return None
    answer = smpp_pdus.Command.DELIVER_SM_RESP
    return smpp.encode(smpp.Pdu(answer, pdu.sequence, smpp_pdus.MessageId()))


def _cmpp_login() -> bytes:
    stamp = 1123101500
    source = authenticator.of_source(ACCOUNT, SECRET, stamp)
    body = cmpp_pdus.Connect(ACCOUNT, source, VERSION, stamp)
    return cmpp.encode(cmpp.Pdu(cmpp_pdus.Command.CONNECT, 0, body), VERSION)


def _cmpp_submission(sequence: int, recipient: str) -> bytes:
    body = cmpp_pdus.Submit(
        src_id="10690001",
        dest_terminal_ids=(recipient,),
        msg_content=TEXT.encode("utf-16-be"),
    )
    return cmpp.encode(cmpp.Pdu(cmpp_pdus.Command.SUBMIT, sequence, body), VERSION)


def _cmpp_confirmation(pdu: cmpp.Pdu) -> bytes | None:
    if pdu.command != cmpp_pdus.Command.DELIVER:
        return None
    body = cmpp_pdus.DeliverResp(pdu.body.msg_id)
    return cmpp.encode(cmpp.Pdu(cmpp_pdus.Command.DELIVER_RESP, pdu.sequence, body), VERSION)


PROTOCOLS = {
    "smpp": Protocol(
        server=lambda: SmppServer(SmppAccount(ACCOUNT, SECRET), behaviour=BEHAVIOUR),
        connector=SmppConnector,
        config={"system_id": ACCOUNT, "submits_in_flight": 100},
        secrets={"password": SECRET},
        window=100,
        login=lambda: smpp.encode(
            smpp.Pdu(smpp_pdus.Command.BIND_TRANSCEIVER, 0, smpp_pdus.Bind(ACCOUNT, SECRET))
        ),
        submission=_smpp_submission,
        is_answer=lambda pdu: pdu.command == smpp_pdus.Command.SUBMIT_SM_RESP,
        confirmation=_smpp_confirmation,
        decode=smpp.decode,
    ),
    "cmpp": Protocol(
        server=lambda: CmppServer(CmppAccount(ACCOUNT, SECRET), behaviour=BEHAVIOUR),
        connector=CmppConnector,
        config={"source_addr": ACCOUNT, "version": "3.0"},
        secrets={"shared_secret": SECRET},
        window=16,
        login=_cmpp_login,
        submission=_cmpp_submission,
        is_answer=lambda pdu: pdu.command == cmpp_pdus.Command.SUBMIT_RESP,
        confirmation=_cmpp_confirmation,
        decode=lambda frame: cmpp.decode(frame, VERSION),
    ),
}
