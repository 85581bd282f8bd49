"""Connectors to carriers, by the name that a channel's row gives."""

from .base import Connector
from .simulated import SimulatedConnector

CONNECTORS: dict[str, type[Connector]] = {
    connector.name: connector for connector in (SimulatedConnector,)
}
