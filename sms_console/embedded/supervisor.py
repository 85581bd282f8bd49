"""Runs the whole product on one machine and stops it in good order."""

import asyncio
import os
import signal
import urllib.error
import urllib.request
from pathlib import Path

from . import environment, ownership, translations
from .child import Child
from .errors import EmbeddedError
from .lock import Lock, exclusive
from .output import Output
from .ports import is_free
from .processes import Application, Process, base_url
from .services import Services, services
from .welcome import welcome

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_POLL_S = 0.25
READY_REMINDER_S = 30.0
SERVER_CHECK_S = 2.0
LEFT_OVER_GRACE_S = 5.0


class Supervisor:
    """One run of ``application`` in the checkout ``root``, answering on ``port`` of 127.0.0.1."""

    def __init__(self, application: Application, *, root: Path, local: Path, port: int) -> None:
        self._application = application
        self._root = root
        self._local = local
        self._port = port
        self._url = base_url(port)
        self._stop = asyncio.Event()
        self._failure: EmbeddedError | None = None

    async def run(self) -> None:
        """Start everything, serve until a stop signal, stop everything.

        Raises ``EmbeddedError`` when something cannot start; what had started is stopped then.
        """
        self._listen_to_signals()
        with exclusive(self._local) as lock:
            output = Output(self._local / "log")
            try:
                self._end_left_overs(output)
                self._check_port()
                output.say("starting PostgreSQL and Valkey")
                with services(self._local) as servers:
                    await self._serve(servers, lock, output)
            finally:
                output.say("stopped")
                output.close()

    async def _serve(self, servers: Services, lock: Lock, output: Output) -> None:
        added = environment.for_application(servers, local=self._local, base_url=self._url)
        environment.publish(self._local, added)
        translations.compile_all(self._root / "locale")
        await self._take_steps(added, output)
        children = [self._child(process, added, output) for process in self._application.processes]
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._greet(output)),
                group.create_task(self._watch_servers(servers, output)),
            ]
            for child in children:
                group.create_task(child.keep_running())
            await self._stop.wait()
            lock.say_stopping()
            output.say("stopping")
            for task in tasks:
                task.cancel()
            for child in children:
                await child.stop()
        if self._failure:
            raise self._failure

    async def _take_steps(self, added: dict[str, str], output: Output) -> None:
        """Run the steps one after the other; a stop signal ends the one that runs."""
        for process in self._application.steps:
            if self._stop.is_set():
                return
            output.say(process.name)
            child = self._child(process, added, output)
            step = asyncio.create_task(child.run_once())
            stop = asyncio.create_task(self._stop.wait())
            await asyncio.wait([step, stop], return_when=asyncio.FIRST_COMPLETED)
            if self._stop.is_set():
                await child.stop()
            stop.cancel()
            if await step and not self._stop.is_set():
                raise EmbeddedError(f"`{process.name}` failed; its words are above.")

    def _child(self, process: Process, added: dict[str, str], output: Output) -> Child:
        return Child(
            process,
            root=self._root,
            local=self._local,
            environment={**os.environ, **added},
            output=output,
        )

    async def _greet(self, output: Output) -> None:
        """Wait until the product says that it is ready, and show where to find what."""
        clock = asyncio.get_running_loop().time
        remind_at = clock() + READY_REMINDER_S
        while (obstacle := await asyncio.to_thread(_obstacle, f"{self._url}/readyz")) is not None:
            if clock() > remind_at:
                output.say(f"not ready yet: {obstacle}")
                remind_at = clock() + READY_REMINDER_S
            await asyncio.sleep(READY_POLL_S)
        output.show(welcome(base_url=self._url, local=self._local))

    async def _watch_servers(self, servers: Services, output: Output) -> None:
        """Start PostgreSQL or Valkey again when it died; without it there is no going on."""
        while True:
            await asyncio.sleep(SERVER_CHECK_S)
            try:
                for name in servers.revive():
                    output.say(f"{name} had died; it runs again")
            except EmbeddedError as failure:
                self._failure = failure
                self._stop.set()
                return

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for signal_number in STOP_SIGNALS:
            # `nohup` and shells' background jobs ignore some on purpose.
            if signal.getsignal(signal_number) is not signal.SIG_IGN:
                loop.add_signal_handler(signal_number, self._stop.set)

    def _end_left_overs(self, output: Output) -> None:
        for record in sorted((self._local / "run").glob("*.pid")):
            if ownership.end_recorded(record, grace_s=LEFT_OVER_GRACE_S):
                output.say(f"ended {record.stem}, left over from a run that was killed")

    def _check_port(self) -> None:
        if not is_free(self._port):
            raise EmbeddedError(
                f"Port {self._port} of 127.0.0.1 is taken by another program. "
                f"Stop that program, or choose another port: make run PORT={self._port + 1}"
            )


def _obstacle(url: str) -> str | None:
    """What keeps the product from being ready, in its own words if it has any."""
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310  (an address of ours)
            return None
    except urllib.error.HTTPError as error:
        return error.read(500).decode(errors="replace")
    except OSError as error:
        return str(error)
