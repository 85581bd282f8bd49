"""Supervise a small application that stands in for the product.

``python run_stand_in.py ROOT PORT '{"steps": {"name": [argument…]}, "processes": {…}}'``
"""

import asyncio
import json
import sys
from pathlib import Path

from sms_console.embedded import child
from sms_console.embedded.errors import EmbeddedError
from sms_console.embedded.processes import Application, Process
from sms_console.embedded.supervisor import Supervisor

root, port, described = Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
child.STOP_GRACE_S = 1.0
child.FIRST_PAUSE_S = 0.1


def named(group: str) -> tuple[Process, ...]:
    items = described.get(group, {}).items()
    return tuple(Process(name, tuple(arguments)) for name, arguments in items)


application = Application(steps=named("steps"), processes=named("processes"))
supervisor = Supervisor(application, root=root, local=root / ".local", port=port)
try:
    asyncio.run(supervisor.run())
except EmbeddedError as error:
    sys.exit(f"refused: {error}")
