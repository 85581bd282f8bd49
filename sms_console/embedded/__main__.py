"""The command line behind the Makefile: ``python -m sms_console.embedded --help``."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from . import joining, launch, places, processes, translations
from .errors import EmbeddedError
from .lock import exclusive
from .supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
DEFAULT_PORT = "8000"


def main() -> int:
    options = _parser().parse_args()
    try:
        return int(options.action(options))
    except EmbeddedError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sms_console.embedded", description=__doc__)
    actions = parser.add_subparsers(required=True)

    run = actions.add_parser("run", help="run the whole product on this machine")
    run.add_argument("--end-with-parent", action="store_true", help="stop when the caller ends")
    run.set_defaults(action=_run)

    manage = actions.add_parser("manage", help="a Django command with the local services")
    manage.add_argument("arguments", nargs=argparse.REMAINDER)
    manage.set_defaults(action=_manage)

    translate = actions.add_parser("translations", help="compile the gettext catalogues")
    translate.set_defaults(action=_translations)

    clean = actions.add_parser("clean", help="remove the local services and all their data")
    clean.set_defaults(action=_clean)
    return parser


def _run(options: argparse.Namespace) -> int:
    if options.end_with_parent:
        launch.end_with_parent(signal.SIGTERM)
    port = _port()
    application = processes.sms_console(local=LOCAL, port=port)
    asyncio.run(Supervisor(application, root=ROOT, local=LOCAL, port=port).run())
    return 0


def _manage(options: argparse.Namespace) -> int:
    return joining.manage(options.arguments, root=ROOT, local=LOCAL, port=_port())


def _translations(_: argparse.Namespace) -> int:
    print(f"{translations.compile_all(ROOT / 'locale')} catalogues compiled")
    return 0


def _clean(_: argparse.Namespace) -> int:
    with exclusive(LOCAL):
        try:
            places.remove(LOCAL)
        except PermissionError as error:
            raise EmbeddedError(
                f"{error}. Some data belong to another user: clean as root."
            ) from error
    return 0


def _port() -> int:
    given = os.environ.get("PORT") or DEFAULT_PORT
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise EmbeddedError(f"PORT={given} is no port number. Example: make run PORT=8001")
    return int(given)


if __name__ == "__main__":
    sys.exit(main())
