"""What the supervisor shows: its own words, and the lines of each process under its name."""

import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

COLOURS = (36, 35, 33, 32, 34, 96, 95, 93)
NAME_WIDTH = 10
LOG_BYTES = 10 * 1024 * 1024
OURS = "console"


class Output:
    """Prefixed lines on the terminal and, without prefix, in ``.local/log/<name>.log``.

    A log starts afresh with each run and when it reaches ``LOG_BYTES``; one older file is kept.
    """

    def __init__(self, log_folder: Path) -> None:
        self._folder = log_folder
        self._folder.mkdir(exist_ok=True)
        self._files: dict[str, RotatingFileHandler] = {}
        self._in_colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def say(self, text: str) -> None:
        """A sentence of the supervisor's own."""
        self.line(OURS, text)

    def line(self, name: str, text: str) -> None:
        """One line of the process ``name``."""
        self._file(name).emit(logging.makeLogRecord({"msg": text}))
        self.show(f"{self._prefix(name)} {text}")

    def show(self, text: str) -> None:
        """Text for the terminal only. A terminal that has gone away is no reason to stop."""
        try:
            print(text, flush=True)
        except OSError:
            sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115

    def close(self) -> None:
        for file in self._files.values():
            file.close()

    def _prefix(self, name: str) -> str:
        padded = f"{name:<{NAME_WIDTH}}|"
        if not self._in_colour:
            return padded
        colour = COLOURS[list(self._files).index(name) % len(COLOURS)]
        return f"\033[{colour}m{padded}\033[0m"

    def _file(self, name: str) -> RotatingFileHandler:
        if name not in self._files:
            path = self._folder / f"{name}.log"
            is_old = path.exists()
            file = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
            if is_old:
                file.doRollover()
            self._files[name] = file
        return self._files[name]
