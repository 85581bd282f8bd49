"""Carriers that speak CMPP 2.0, 2.1 or 3.0."""

from .connector import CmppConnector

__all__ = ["CmppConnector"]
