"""What `make run` runs, as data."""

from dataclasses import dataclass
from pathlib import Path

WORKER = (
    *("-m", "celery", "-A", "sms_console", "worker", "--loglevel", "INFO"),
    # Workers on one machine have nothing to tell each other; silence lets a laptop idle.
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)


@dataclass(frozen=True)
class Process:
    """A Python program of the application: its name in the output, its interpreter arguments."""

    name: str
    arguments: tuple[str, ...]


CARRIER = ("manage.py", "run_carrier")


@dataclass(frozen=True)
class Application:
    """Steps to finish before anything starts, and processes in the order in which they stop."""

    steps: tuple[Process, ...]
    processes: tuple[Process, ...]


def threads(count: int) -> tuple[str, ...]:
    """One process: a pool of processes would be a parent more, with nothing to do but to watch."""
    return ("--pool", "threads", "--concurrency", str(count))


def sms_console(*, local: Path, port: int, web: int = 2, carriers: int = 1) -> Application:
    """The whole product on one machine, listening on 127.0.0.1 at ``port``.

    ``web`` and ``carriers`` say how many processes serve requests and hold carriers' sessions.
    """
    demo_file, schedule = str(local / "demo.json"), str(local / "celerybeat-schedule")
    address = base_url(port)
    return Application(
        steps=(
            Process("migrate", ("manage.py", "migrate", "--verbosity", "0")),
            Process(
                "static",
                ("manage.py", "collectstatic", "--no-input", "--verbosity", "0"),
            ),
            Process(
                "seed", ("manage.py", "seed_demo", "--write", demo_file, "--base-url", address)
            ),
        ),
        processes=(
            Process(
                "web",
                (
                    *("-m", "sms_console.web", "--host", "127.0.0.1", "--port", str(port)),
                    *("--no-access-log", "--workers", str(web)),
                    *("--respawn-failed-workers", "--workers-kill-timeout", "8"),
                ),
            ),
            Process(
                "callbacks",
                (*WORKER, "-Q", "callbacks", "-n", "callbacks@%h", *("--pool", "solo")),
            ),
            Process(
                "default",
                (
                    *(*WORKER, "-Q", "default", "-n", "default@%h", *threads(2)),
                    *("--with-beat", "--schedule", schedule),
                ),
            ),
            Process(
                # A file is read by one of the threads; the others go on sending.
                "groups",
                (*WORKER, "-Q", "groups,files", "-n", "groups@%h", *threads(3)),
            ),
            *(
                Process("carrier" if number == 1 else f"carrier{number}", CARRIER)
                for number in range(1, carriers + 1)
            ),
        ),
    )


def base_url(port: int) -> str:
    return f"http://127.0.0.1:{port}"
