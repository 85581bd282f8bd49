import asyncio
from collections.abc import Coroutine
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from messaging.carriers.serve import SERVICES, serve
from messaging.carriers.simulated.settings import SimulatedSettings
from messaging.runner.process import CarrierProcess


class Command(BaseCommand):
    requires_system_checks = ()  # they load every page and form; `migrate` runs them
    help = "Carry messages: hold the sessions of all enabled channels until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--serve",
            choices=SERVICES,
            help="be a carrier instead: let clients log in and answer by scenario numbers",
        )
        parser.add_argument(
            "--host", default="127.0.0.1", help="where to serve; default: %(default)s"
        )
        parser.add_argument("--port", type=int, help="where to serve; default: the protocol's")
        parser.add_argument("--account", default="900001", help="who may log in")
        parser.add_argument("--secret", default="secret", help="the password of the account")
        parser.add_argument(
            "--delay", type=float, default=1.0, help="seconds from submission to receipt"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["serve"]:
            _run(CarrierProcess().run())
            return
        served = serve(
            options["serve"],
            host=options["host"],
            port=options["port"],
            account=options["account"],
            secret=options["secret"],
            behaviour=SimulatedSettings(delay_s=options["delay"]),
        )
        try:
            _run(served)
        except OSError as error:
            raise CommandError(f"Cannot serve {options['serve']}: {error}") from None


def _run(process: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop
    except ImportError:  # no wheel for this platform
        asyncio.run(process)
    else:
        uvloop.run(process)
