"""A carrier for laptops and tests: it takes messages and reports on them as real ones do."""

from .connector import SimulatedConnector

__all__ = ["SimulatedConnector"]
