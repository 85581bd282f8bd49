"""The command line behind `make bench`: ``python -m bench --help``."""

import argparse
import json
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from . import report
from .errors import BenchError
from .limit import bare_insert
from .measure import measure
from .plan import FULL, SMALL
from .plot import PICTURES, draw
from .scenarios import OWN_ONLY, PARTS, Bench
from .stack import ROOT, Stack, own_stack
from .traffic import Traffic


def main() -> int:
    options = _parser().parse_args()
    plan = SMALL if options.small else FULL
    parts = options.only or [part for part in PARTS if not options.demo or part not in OWN_ONLY]
    try:
        if options.demo and OWN_ONLY & set(parts):
            raise BenchError(
                "this part changes rules of the stack: it measures one of its own only"
            )
        with _stack(options) as stack, bare_insert(stack) as insert:
            bench = Bench(plan, stack, insert, Traffic(stack))
            results = measure(bench.groups(parts), plan, stack)
            summary = report.as_json(results, plan, stack)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    options.output.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    print(report.as_table(results, summary))
    print(f"\nwritten to {options.output}")
    for picture in draw(summary, options.pictures):
        print(f"drawn to {picture}")
    return 0


def _stack(options: argparse.Namespace) -> AbstractContextManager[Stack]:
    return nullcontext(Stack.at(options.demo)) if options.demo else own_stack(options.local)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the stack.")
    parser.add_argument("--small", action="store_true", help="tiny counts: does it work at all")
    parser.add_argument(
        "--only",
        nargs=1,
        choices=PARTS,
        help="one part of what is measured",
    )
    parser.add_argument("--demo", type=Path, help="measure the running stack of this demo.json")
    parser.add_argument(
        "--local",
        type=Path,
        default=ROOT / ".local" / "bench",
        help="folder for the stack that is started otherwise; its content is removed",
    )
    parser.add_argument("--output", type=Path, default=ROOT / "bench" / "results.json")
    parser.add_argument("--pictures", type=Path, default=PICTURES, help="folder of the plots")
    return parser


if __name__ == "__main__":
    sys.exit(main())
