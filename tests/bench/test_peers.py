"""The recipe that measures a peer beside us."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bench.errors import BenchError
from bench.peers import kannel
from bench.peers.__main__ import HERE
from bench.plot import draw_peers
from tests.services import NOT_PASSED_ON

ROOT = Path(__file__).resolve().parents[2]
FIGURES = {"accepted_per_s", "end_to_end_per_s"}


def test_a_missing_peer_is_named_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kannel, "BEARERBOX", tmp_path / "bearerbox")

    with pytest.raises(BenchError, match="apt-get install kannel"), kannel.kannel(tmp_path, 2775):
        pass


def test_a_request_of_the_peer_asks_for_a_report_by_our_receiver() -> None:
    (request,) = kannel.requests(["8613100000001"], "【示例】您好", "http://127.0.0.1:1/report")

    fields = parse_qs(urlsplit(request.decode().split(" ")[1]).query)
    assert (fields["to"], fields["text"]) == (["8613100000001"], ["【示例】您好"])
    assert fields["dlr-url"] == [
        "http://127.0.0.1:1/report?smsMsgId=8613100000001&sequence=1&status=%d"
    ]


def test_figures_of_both_are_drawn(tmp_path: Path) -> None:
    spread = {"median": 20.0, "lowest": 10.0, "highest": 30.0}
    summary = {name: dict.fromkeys(sorted(FIGURES), spread) for name in ("Kannel", "SMS Console")}

    (file,) = draw_peers(summary, tmp_path)

    text = file.read_text(encoding="utf-8")
    assert all(f"{name}, end to end" in text for name in summary)


@pytest.mark.skipif(
    not kannel.BEARERBOX.exists() or not (HERE / "node_modules").exists(),
    reason="Kannel or the carrier's package is not installed; see docs/performance.md",
)
def test_both_carry_the_same_messages(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NOT_PASSED_ON:
        monkeypatch.delenv(name, raising=False)
    output = folder / "peers.json"

    done = subprocess.run(
        [
            *(sys.executable, "-m", "bench.peers", "--messages", "40", "--rounds", "1"),
            *("--local", folder / "stack", "--output", output, "--pictures", folder / "pictures"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert done.returncode == 0, done.stderr
    summary = json.loads(output.read_text(encoding="utf-8"))
    assert {name: set(figures) for name, figures in summary.items()} == {
        "Kannel": FIGURES,
        "SMS Console": FIGURES,
    }
