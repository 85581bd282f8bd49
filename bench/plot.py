"""Pictures of the results: what the stack does beside the limit of the same work.

``python -m bench.plot`` draws everything that was measured anew, as SVG, into the documentation.
"""

import argparse
import json
from itertools import groupby
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "sms-console"  # the same results give the same file
matplotlib.rcParams["svg.fonttype"] = "none"

from matplotlib import pyplot  # noqa: E402  (its backend is chosen first)

from .stack import ROOT  # noqa: E402

RESULTS, PICTURES = ROOT / "bench", ROOT / "docs" / "images"
OURS, LIMIT, SPREAD = "#206bc4", "#c8d3e1", "#667382"
PER_SECOND = "a second; grey: the limit of the same work"
PARTS = {
    "numbers_per_s": ("accept", f"numbers accepted {PER_SECOND}"),
    "messages_per_s": ("road", f"messages {PER_SECOND}"),
    "callbacks_per_s": ("callbacks", f"callbacks {PER_SECOND}"),
    "rows_per_s": ("rows", "rows a second"),
    "p50_ms": ("pages", "ms in which half of the views are done"),
}
"""By the first figure of a scenario: the picture it stands in, and what its bars say."""

FARTHEST_APART = 50
"""Bars begin at zero, unless the longest is so many times as long as the shortest."""

Spreads = dict[str, dict[str, float]]


def draw(summary: dict[str, Any], folder: Path) -> list[Path]:
    """Draw the scenarios, a picture for each kind of figure; return the files."""
    scenarios = summary["scenarios"]
    firsts = {name: next(iter(one["figures"])) for name, one in scenarios.items()}
    limits = {ratio.split("/")[1] for ratio in summary["ratios"]}
    title = f"{summary['date'][:10]} · {summary['machine']['cores']} cores"
    order = list(PARTS)
    known = sorted(
        (name for name in firsts if firsts[name] in PARTS),
        key=lambda name: order.index(firsts[name]),
    )
    drawn = []
    for figure, names in groupby(known, key=firsts.__getitem__):
        part, label = PARTS[figure]
        spreads = {name: scenarios[name]["figures"][figure] for name in names}
        drawn.append(_bars(spreads, limits, title, label, folder / f"bench-{part}.svg"))
    return drawn


def draw_peers(summary: dict[str, Spreads], folder: Path) -> list[Path]:
    """Draw what peers do beside us under the same load; return the files."""
    figures = next(iter(summary.values()))
    spreads = {
        f"{name}, {figure.removesuffix('_per_s').replace('_', ' ')}": summary[name][figure]
        for figure in figures
        for name in summary
    }
    others = {name for name in spreads if not name.startswith("SMS Console")}
    label = "messages a second, one in each request"
    return [_bars(spreads, others, "", label, folder / "bench-peers.svg")]


def draw_growth(axes: dict[str, list[dict[str, float]]], folder: Path) -> list[Path]:
    """Draw each axis of growth with its figures, as shares of the first point; return the files."""
    return [
        _lines(axis, points, folder / f"growth-{axis.replace(' ', '-')}.svg")
        for axis, points in axes.items()
    ]


def _bars(spreads: Spreads, pale: set[str], title: str, label: str, file: Path) -> Path:
    """A bar for each name, with its lowest and highest round."""
    names = list(reversed(spreads))
    medians = [spreads[name]["median"] for name in names]
    errors = [
        [spreads[name]["median"] - spreads[name]["lowest"] for name in names],
        [spreads[name]["highest"] - spreads[name]["median"] for name in names],
    ]
    figure, axes = pyplot.subplots(figsize=(9, 0.36 * len(names) + 1.2), layout="constrained")
    colours = [LIMIT if name in pale else OURS for name in names]
    bars = axes.barh(names, medians, xerr=errors, color=colours, ecolor=SPREAD)
    axes.bar_label(bars, labels=[f"{median:,.0f}" for median in medians], padding=6, fontsize=8)
    if max(medians) > FARTHEST_APART * min(medians):
        axes.set_xscale("log")
        label = f"{label} (logarithmic)"
    axes.set_xlabel(label)
    axes.set_title(title, fontsize=10)
    return _save(figure, axes, file)


def _lines(axis: str, points: list[dict[str, float]], file: Path) -> Path:
    figure, axes = pyplot.subplots(figsize=(6, 3.6), layout="constrained")
    for name in points[0]:
        if name != "at":
            values = [point[name] / points[0][name] for point in points]
            axes.plot([point["at"] for point in points], values, marker="o", label=name)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel(axis)
    axes.set_ylabel("share of the first point")
    axes.legend(fontsize=8)
    return _save(figure, axes, file)


def _save(figure: Any, axes: Any, file: Path) -> Path:
    axes.spines[["top", "right"]].set_visible(False)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)
    return file


DRAWN = {"results.json": draw, "growth.json": draw_growth, "peers.json": draw_peers}


def draw_all(results: Path, folder: Path) -> list[Path]:
    """Draw whatever results there are in a folder; return the files."""
    return [
        file
        for name, draw_one in DRAWN.items()
        if (results / name).exists()
        for file in draw_one(json.loads((results / name).read_text(encoding="utf-8")), folder)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.plot", description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON files")
    parser.add_argument("--pictures", type=Path, default=PICTURES, help="folder of the pictures")
    options = parser.parse_args()
    for file in draw_all(options.results, options.pictures):
        print(file)


if __name__ == "__main__":
    main()
