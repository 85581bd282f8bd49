"""Connectors to carriers, by the name that a channel's row gives."""

from .base import Connector
from .cmpp import CmppConnector
from .simulated import SimulatedConnector
from .smpp import SmppConnector

CONNECTORS: dict[str, type[Connector]] = {
    connector.name: connector for connector in (SimulatedConnector, SmppConnector, CmppConnector)
}
