"""The whole benchmark with tiny counts: that it measures what it says, never how fast."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RATES = {"numbers_per_s", "requests_per_s"}
OURS = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SMS_LOCAL_DIR")


def bench(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [sys.executable, "-m", "bench", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
    )


def test_every_scenario_is_measured_and_nothing_is_left_behind(folder: Path) -> None:
    output = folder / "results.json"

    result = bench(
        *("--small", "--local", folder / "stack", "--output", output),
        *("--pictures", folder / "pictures"),
    )

    assert result.returncode == 0, result.stderr
    summary: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    assert summary["mode"] == "small"
    assert summary["machine"]["cores"] == os.cpu_count()
    figures = {name: set(one["figures"]) for name, one in summary["scenarios"].items()}
    road = {"messages_per_s", "callbacks_per_s"}
    assert figures.pop("end_to_end") == figures.pop("end_to_end_long") == road
    pages = {name: figures.pop(name) for name in list(figures) if name.startswith("page_")}
    assert pages.pop("page_load") == {"rows_per_s", "rows"}
    assert set(map(frozenset, pages.values())) == {frozenset({"p50_ms", "p99_ms"})}
    carrying = ("carry", "change_states", "carry_counted", "carry_uncounted")
    carried = {figures.pop(name).pop() for name in carrying}
    pushed = {figures.pop(name).pop() for name in ("push", "post")}
    assert (carried, pushed) == ({"messages_per_s"}, {"callbacks_per_s"})
    for name in ("smpp", "smpp_bare", "cmpp", "cmpp_bare"):
        assert figures.pop(name) == {"messages_per_s", "cpu_us", "peak_mb"}
    for name in ("accept_500", "diff_500"):
        under_rules, without = figures.pop(f"{name}_rules"), figures.pop(f"{name}_free")
        assert under_rules == without == RATES | {"p50_ms", "p99_ms"}
    checks = [figures.pop(f"group_check_{suffix}") for suffix in ("csv", "xlsx")]
    assert all({"rows_per_s", "seconds", "groups_peak_mb"} <= found for found in checks)
    assert {"messages_per_s", "api_waited_ms", "carrier_peak_mb"} <= figures.pop("group_send")
    bare = {name for name in figures if name.startswith("insert_")}
    assert all(figures[name] == RATES for name in bare)
    assert all(figures[name] == RATES | {"p50_ms", "p99_ms"} for name in figures.keys() - bare)
    assert all(
        0 < spread["lowest"] <= spread["median"] <= spread["highest"]
        for scenario in summary["scenarios"].values()
        for spread in scenario["figures"].values()
    )
    compared = dict(ratio.split("/") for ratio in summary["ratios"])
    assert (compared.pop("carry"), compared.pop("push")) == ("change_states", "post")
    assert compared.pop("carry_counted") == "carry_uncounted"
    assert (compared.pop("smpp"), compared.pop("cmpp")) == ("smpp_bare", "cmpp_bare")
    for name in ("accept_500", "diff_500"):
        assert compared.pop(f"{name}_rules") == f"{name}_free"
    assert compared.keys() == figures.keys() - bare
    assert set(compared.values()) == bare
    assert compared["accept_500_alone"] == compared["accept_500"] == "insert_500"
    programs = summary["scenarios"]["end_to_end"]["programs"]
    assert {"web", "carrier", "callbacks", "postgres", "load generator"} <= set(programs)
    assert all(used["memory_mb"] > 0 for used in programs.values())
    assert "accept → carrier → receipt → callback" in result.stdout
    assert {path.name for path in folder.iterdir()} == {"results.json", "pictures"}
    pictures = {path.name for path in (folder / "pictures").iterdir()}
    parts = ("accept", "road", "callbacks", "rows", "pages")
    assert pictures == {f"bench-{part}.svg" for part in parts}


def test_a_folder_with_something_else_in_it_is_left_alone(folder: Path) -> None:
    (folder / "letter.txt").write_text("dear reader", encoding="utf-8")

    result = bench("--small", "--local", folder, "--output", folder / "results.json")

    assert result.returncode == 1
    assert "left alone" in result.stderr
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]
