"""Kannel and SMS Console side by side: ``python -m bench.peers --help``.

Both get the same load, one number in each HTTP request, and send over one SMPP connection with 100
submissions in flight to the same carrier, which reports every message delivered. Rounds take turns.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import uvloop

from bench import client
from bench.errors import BenchError
from bench.plot import PICTURES, draw_peers
from bench.receiver import receiving
from bench.stack import ROOT, own_stack
from bench.traffic import Shape, Traffic
from sms_console.embedded.ports import free_port

from . import ours
from .kannel import kannel
from .kannel import requests as kannel_requests

HERE = Path(__file__).parent
CONNECTIONS = 128
TIMEOUT_S = 300.0
TEXT = "【示例】您的订单 A1001 已发货，请注意查收。"

Make = Callable[[int, str], list[bytes]]
Figures = dict[str, float]


def main() -> int:
    options = _parser().parse_args()
    try:
        rounds = _measure(options.messages, options.rounds, options.local)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    summary = {
        name: {
            figure: {"median": median(values), "lowest": min(values), "highest": max(values)}
            for figure, values in _columns(figures).items()
        }
        for name, figures in rounds.items()
    }
    options.output.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    for name, figures in summary.items():
        for figure, spread in figures.items():
            words = "{median:9,.0f}  ({lowest:,.0f}–{highest:,.0f})".format_map(spread)
            print(f"{name:12}  {figure:24}  {words}")
    for picture in draw_peers(summary, options.pictures):
        print(f"drawn to {picture}")
    return 0


def _measure(messages: int, rounds: int, local: Path) -> dict[str, list[Figures]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-peers-")))
        carrier = stack.enter_context(_carrier())
        kannel_address = stack.enter_context(kannel(folder, carrier))
        console = stack.enter_context(own_stack(local))
        ours.send_over_smpp(console, carrier)
        traffic = Traffic(console)

        def console_requests(count: int, callback: str) -> list[bytes]:
            return traffic.requests(count, numbers_each=1, shape=Shape(), callback=callback)

        def peer_requests(count: int, callback: str) -> list[bytes]:
            numbers = [number.lstrip("+") for number in _numbers(traffic, count)]
            return kannel_requests(numbers, TEXT, callback)

        systems: dict[str, tuple[tuple[str, int], Make]] = {
            "Kannel": (kannel_address, peer_requests),
            "SMS Console": (console.address, console_requests),
        }
        figures: dict[str, list[Figures]] = {name: [] for name in systems}
        for number in range(rounds + 1):
            for name, (address, make) in systems.items():
                one = uvloop.run(_round(messages, address, make))
                if number:  # the first one warms up
                    figures[name].append(one)
        return figures


async def _round(messages: int, address: tuple[str, int], make: Make) -> Figures:
    """From the first request to the last report."""
    async with receiving(messages) as (receiver, url):
        requests = make(messages, url)
        started = time.perf_counter()
        exchange = await client.send(requests, address=address, connections=CONNECTIONS)
        await receiver.wait_for_all(timeout_s=TIMEOUT_S)
    return {
        "accepted_per_s": messages / exchange.elapsed_s,
        "end_to_end_per_s": messages / (receiver.last_at - started),
    }


def _numbers(traffic: Traffic, count: int) -> list[str]:
    return traffic.batch(count, Shape().values).numbers


def _columns(figures: list[Figures]) -> dict[str, list[float]]:
    return {name: [one[name] for one in figures] for name in figures[0]}


@contextmanager
def _carrier() -> Iterator[int]:
    """Run the carrier; give its port."""
    if not (HERE / "node_modules").exists():
        raise BenchError(f"the carrier's package is missing: npm ci --prefix {HERE}")
    port = free_port()
    process = subprocess.Popen(
        ["node", HERE / "carrier.js", str(port)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        if process.stdout.readline() != b"listening\n":
            raise BenchError("the carrier does not start")
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000, help="messages of a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--local", type=Path, default=ROOT / ".local" / "bench-peers")
    parser.add_argument("--output", type=Path, default=ROOT / "bench" / "peers.json")
    parser.add_argument("--pictures", type=Path, default=PICTURES, help="folder of the plot")
    return parser


if __name__ == "__main__":
    sys.exit(main())
