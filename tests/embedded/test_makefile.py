"""The Makefile explains itself and stays small."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_help_is_the_default_and_names_at_most_twelve_targets() -> None:
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = shown.splitlines()
    assert all(line.startswith("  make ") and len(line.split()) > 3 for line in lines)
    names = [line.split()[1] for line in lines]
    declared = next(
        line.removeprefix(".PHONY: ").split()
        for line in (ROOT / "Makefile").read_text().splitlines()
        if line.startswith(".PHONY: ")
    )
    assert names == declared
    assert len(names) <= 12
