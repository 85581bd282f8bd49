"""The whole stack in a folder of its own.

``python -m bench.supervised FOLDER PORT [WEB CARRIERS]``, how many processes there are of both.
"""

import asyncio
import signal
import sys
from pathlib import Path

from sms_console.embedded import launch, processes
from sms_console.embedded.errors import EmbeddedError
from sms_console.embedded.supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    launch.end_with_parent(signal.SIGTERM)
    local, port = Path(sys.argv[1]).resolve(), int(sys.argv[2])
    counts = dict(zip(("web", "carriers"), map(int, sys.argv[3:]), strict=False))
    application = processes.sms_console(local=local, port=port, **counts)
    try:
        asyncio.run(Supervisor(application, root=ROOT, local=local, port=port).run())
    except EmbeddedError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
