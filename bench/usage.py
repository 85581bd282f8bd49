"""CPU time and memory of the programs under load."""

from collections.abc import Mapping
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Usage:
    """What a program and all it started have used up to now, and hold now."""

    cpu_s: float
    memory_mb: float


def usage(programs: Mapping[str, psutil.Process]) -> dict[str, Usage]:
    """Look at each program once; one that restarts between two looks counts from anew."""
    return {name: _usage(program) for name, program in programs.items()}


def _usage(program: psutil.Process) -> Usage:
    cpu_s = memory = 0.0
    # The supervisor is the parent of all others, which are counted by themselves.
    for process in _tree(program):
        try:
            times = process.cpu_times()
            cpu_s += times.user + times.system
            cpu_s += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
            memory += _memory(process)
        except psutil.NoSuchProcess:
            continue
    return Usage(cpu_s=cpu_s, memory_mb=memory / 2**20)


def _memory(process: psutil.Process) -> float:
    """Bytes of its own plus its share of what it shares; without the share where unknown."""
    info = process.memory_full_info()
    return float(getattr(info, "pss", info.uss))
