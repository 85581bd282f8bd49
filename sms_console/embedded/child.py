"""One process of the application, started again when it crashes."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL
from pathlib import Path

from . import launch, ownership
from .output import Output
from .processes import Process

STOP_GRACE_S = 10.0
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0
"""A process that ran this long has recovered; its next crash counts as the first."""
CHUNK_BYTES = 64 * 1024


class Child:
    """A supervised process. It leads a process group, so that nothing it started outlives it."""

    def __init__(
        self,
        process: Process,
        *,
        root: Path,
        local: Path,
        environment: dict[str, str],
        output: Output,
    ) -> None:
        self.name = process.name
        self._arguments = process.arguments
        self._root = root
        self._record = local / "run" / f"{process.name}.pid"
        self._environment = environment
        self._output = output
        self._stopping = asyncio.Event()
        self._running: asyncio.subprocess.Process | None = None
        self._gone = asyncio.Event()
        self._gone.set()

    async def keep_running(self) -> None:
        """Run until ``stop``; after a crash again, with longer and longer pauses."""
        clock = asyncio.get_running_loop().time
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_set():
            began = clock()
            code = await self.run_once()
            if self._stopping.is_set():
                return
            if clock() - began > STEADY_S:
                pause_s = FIRST_PAUSE_S
            self._output.say(f"{self.name} {_ending(code)}; starting it again in {pause_s:.0f} s")
            await self._pause(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def run_once(self) -> int:
        """Run to the end and return the exit code, negative for a signal."""
        self._gone.clear()
        try:
            # A pipe of our own: asyncio's would keep `wait` waiting for all who inherited it.
            reading, writing = os.pipe()
            lines = asyncio.create_task(self._pass_lines(reading))
            try:
                self._running = await self._spawn(writing)
            finally:
                os.close(writing)
            ownership.record_process(self._record, self._running.pid)
            code = await self._running.wait()
            _kill_group(self._running.pid)
            await lines
            return code
        finally:
            self._record.unlink(missing_ok=True)
            self._running = None
            self._gone.set()

    async def stop(self) -> None:
        """Ask the process to end, and kill it when it has not after ``STOP_GRACE_S``."""
        self._stopping.set()
        if self._running is None:
            return
        pid = self._running.pid
        _signal(pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(self._gone.wait(), STOP_GRACE_S)
        except TimeoutError:
            self._output.say(f"{self.name} does not stop; killing it")
            _kill_group(pid)
            await self._gone.wait()

    async def _spawn(self, output: int) -> asyncio.subprocess.Process:
        shim = launch.launcher(
            parent=os.getpid(),
            signal_number=signal.SIGTERM,
            uid=launch.KEEP_USER,
            gid=launch.KEEP_USER,
        )
        return await asyncio.create_subprocess_exec(
            *shim,
            sys.executable,
            *self._arguments,
            cwd=self._root,
            env=self._environment,
            stdin=DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    async def _pass_lines(self, reading: int) -> None:
        stream = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(reading, "rb", 0)
        )
        rest = b""
        while chunk := await stream.read(CHUNK_BYTES):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._output.line(self.name, line.decode(errors="replace").rstrip("\r"))
        if rest:
            self._output.line(self.name, rest.decode(errors="replace"))

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


def _ending(code: int) -> str:
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


def _signal(pid: int, signal_number: signal.Signals) -> None:
    try:
        os.kill(pid, signal_number)
    except ProcessLookupError:
        return


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
