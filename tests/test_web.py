"""What web processes are forked from."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOOK = """
import json, sys, threading
from sms_console import web
web.load()
from django.db import connections
connection = connections["default"]
print(json.dumps({
    "pools": len(type(connection)._connection_pools),
    "is_connected": connection.connection is not None,
    "threads": threading.active_count(),
    "pages": "portal.views" in sys.modules,
    "serves": "sms_console.wsgi" in sys.modules,
}))
"""


def test_it_has_the_pages_and_neither_connection_nor_thread() -> None:
    """Both would be broken in the forked process."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )

    assert json.loads(done.stdout) == {
        "pools": 0,
        "is_connected": False,
        "threads": 1,
        "pages": True,
        "serves": False,
    }
