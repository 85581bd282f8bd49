"""Which running processes are ours, and how they are ended."""

import json
import os
import signal
from pathlib import Path

import psutil

START_TIME_TOLERANCE_S = 10.0
"""Start times shift when the clock is set; a process that reused a number started far later."""


def record_process(path: Path, pid: int) -> None:
    """Write down a process of ours so that a later start can tell it from a stranger."""
    try:
        started = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return
    path.write_text(json.dumps({"pid": pid, "started": started}), encoding="utf-8")


def end_recorded(path: Path, *, grace_s: float) -> bool:
    """End the process written down at ``path`` and all it started; True if there was any.

    Each of our processes leads its own process group, so what is left of the group is ours even
    when the leader is gone: a group's number is not given away while it has members.
    """
    record = json.loads(path.read_text(encoding="utf-8") or "{}")
    path.unlink()
    members = group_members(record["pid"], not_before=record["started"]) if record else []
    end(members, grace_s=grace_s)
    return bool(members)


def group_members(leader: int, *, not_before: float) -> list[psutil.Process]:
    """Processes of the group ``leader``, none if that number belongs to a later stranger."""
    members = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) != leader:
                continue
            if process.pid == leader and not _started_at(process, not_before):
                return []
            members.append(process)
        except (psutil.NoSuchProcess, ProcessLookupError, PermissionError):
            continue
    return members


def servers_on(title: str, marker: str) -> list[psutil.Process]:
    """Running programs called ``title`` with the word ``marker`` on their command line."""
    return [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == title and marker in (process.info["cmdline"] or [])
    ]


def end(
    processes: list[psutil.Process],
    *,
    grace_s: float,
    first_signal: signal.Signals = signal.SIGTERM,
) -> None:
    """Ask processes to stop, and kill those that have not after ``grace_s`` seconds."""
    for process in processes:
        _send(process, first_signal)
    _, stubborn = psutil.wait_procs(processes, timeout=grace_s)
    for process in stubborn:
        _send(process, signal.SIGKILL)
    psutil.wait_procs(stubborn, timeout=5)


def _send(process: psutil.Process, signal_number: signal.Signals) -> None:
    try:
        process.send_signal(signal_number)
    except psutil.NoSuchProcess:
        return


def _started_at(process: psutil.Process, moment: float) -> bool:
    return bool(abs(process.create_time() - moment) < START_TIME_TOLERANCE_S)
