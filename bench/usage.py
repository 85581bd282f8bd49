"""CPU time and memory of the programs under load."""

from collections.abc import Iterable
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Usage:
    """What processes have used up to now, ended children included, and hold now."""

    cpu_s: float
    memory_mb: float


def usage(processes: Iterable[psutil.Process]) -> Usage:
    """Look once at the processes of a program; those that end meanwhile are left out."""
    cpu_s = memory_bytes = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
            memory_bytes += _memory_bytes(process)
        except psutil.NoSuchProcess:
            continue
        cpu_s += times.user + times.system
        cpu_s += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return Usage(cpu_s=cpu_s, memory_mb=memory_bytes / 2**20)


def _memory_bytes(process: psutil.Process) -> float:
    """Its own memory plus its share of what it shares; without the share where that is unknown."""
    info = process.memory_full_info()
    return float(getattr(info, "pss", info.uss))
