"""Start local services in the folder given, say where they are, and wait to be killed.

With the word ``leave-servers`` they outlive this process, as they do where the system has no
death signal.
"""

import json
import sys
from pathlib import Path

from sms_console.embedded import launch
from sms_console.embedded.lock import exclusive
from sms_console.embedded.services import services

ONLY_EXEC = """
import os, sys
from sms_console.embedded import launch
uid, gid = map(int, sys.argv[3:5])
if uid != launch.KEEP_USER:
    launch.become(uid, gid)
os.execvp(sys.argv[5], sys.argv[5:])
"""


def launcher_without_death_signal(
    *, parent: int, signal_number: int, uid: int, gid: int
) -> list[str]:
    numbers = map(str, (parent, signal_number, uid, gid))
    root = str(Path(__file__).resolve().parents[2])
    return ["env", f"PYTHONPATH={root}", sys.executable, "-c", ONLY_EXEC, *numbers]


local = Path(sys.argv[1])
if "leave-servers" in sys.argv[2:]:
    launch.launcher = launcher_without_death_signal
with exclusive(local), services(local) as servers:
    pids = [server._process.pid for server in servers.started.values()]
    sys.stdout.write(json.dumps({"environment": servers.environment, "pids": pids}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
