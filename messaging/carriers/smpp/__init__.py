"""Carriers that speak SMPP 3.4."""

from .connector import SmppConnector

__all__ = ["SmppConnector"]
