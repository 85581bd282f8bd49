"""Each process of a test run works on a Valkey database of its own."""

import os

from django.conf import settings
from django.core.cache import cache

from tests.services import numbered


def test_no_worker_shares_its_valkey_database():
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    own = int(worker.removeprefix("gw")) + 1 if worker else 0
    assert numbered(settings.REDIS_URL, own) == settings.REDIS_URL
    assert cache._cache.get_client().connection_pool.connection_kwargs["db"] == own
