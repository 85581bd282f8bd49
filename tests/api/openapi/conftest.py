from typing import Any

import pytest

from tests.api.management.conftest import _own_media, _without_qualifications, owner  # noqa: F401
from tests.api.openapi import contract


@pytest.fixture(scope="session")
def described() -> dict[str, Any]:
    """The document, as clients read it."""
    return contract.described()
