import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the user of the servers may enter, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="sms console bench "))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
