import json
from typing import Any

import pytest

from api.openapi import document
from tests.api.management.conftest import _own_media, _without_qualifications, owner  # noqa: F401


@pytest.fixture(scope="session")
def described() -> dict[str, Any]:
    """The document, as clients read it."""
    return json.loads(document.text())
