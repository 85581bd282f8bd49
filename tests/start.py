"""Starts PostgreSQL and Valkey; named by `-p` in pyproject.toml, which is read before all else.

pytest-django reads the settings before any `conftest.py` in the workers of xdist. Started there,
workers would all use the first Valkey database, and one would empty it under the other's test.
"""

from tests import services

services.start()
