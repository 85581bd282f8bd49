"""Pictures of the results: what the stack does beside the limit of the same work.

``python -m bench.plot results.json folder`` writes one SVG for each part.
"""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "sms-console"  # the same results give the same file

from matplotlib import pyplot  # noqa: E402  (its backend is chosen first)

OURS, LIMIT = "#206bc4", "#c8d3e1"


def draw(summary: dict[str, Any], folder: Path) -> list[Path]:
    """Draw the accepting scenarios and the road behind them; return the files."""
    scenarios = summary["scenarios"]
    accepting = {name: one for name, one in scenarios.items() if "numbers_per_s" in one["figures"]}
    road = {name: one for name, one in scenarios.items() if name not in accepting}
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    for part, chosen in (("accept", accepting), ("road", road)):
        if chosen:
            drawn.append(folder / f"bench-{part}.svg")
            _bars(chosen, summary, drawn[-1])
    return drawn


def _bars(scenarios: dict[str, Any], summary: dict[str, Any], file: Path) -> None:
    """A bar for each scenario, with its lowest and highest round; limits in grey."""
    limits = {ratio.split("/")[1] for ratio in summary["ratios"]}
    names = list(reversed(scenarios))
    spreads = [next(iter(scenarios[name]["figures"].values())) for name in names]
    medians = [spread["median"] for spread in spreads]
    errors = [
        [spread["median"] - spread["lowest"] for spread in spreads],
        [spread["highest"] - spread["median"] for spread in spreads],
    ]
    figure, axes = pyplot.subplots(figsize=(9, 0.36 * len(names) + 1.2), layout="constrained")
    colours = [LIMIT if name in limits else OURS for name in names]
    bars = axes.barh(names, medians, xerr=errors, color=colours, ecolor="#667382")
    axes.bar_label(bars, labels=[f"{median:,.0f}" for median in medians], padding=6, fontsize=8)
    axes.set_xscale("log")
    axes.set_xlabel("a second, logarithmic; grey: the limit of the same work")
    machine = summary["machine"]
    axes.set_title(f"{summary['date'][:10]} · {machine['cores']} cores", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)


def draw_growth(axes: dict[str, list[dict[str, float]]], folder: Path) -> list[Path]:
    """Draw each axis of growth with its figures, as shares of the first point; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    for axis, points in axes.items():
        drawn.append(folder / f"growth-{axis.replace(' ', '-')}.svg")
        figure, axes_ = pyplot.subplots(figsize=(6, 3.6), layout="constrained")
        for name in points[0].keys() - {"at"}:
            values = [point[name] / points[0][name] for point in points]
            axes_.plot([point["at"] for point in points], values, marker="o", label=name)
        axes_.set_xscale("log")
        axes_.set_ylim(bottom=0)
        axes_.set_xlabel(axis)
        axes_.set_ylabel("share of the first point")
        axes_.legend(fontsize=8)
        axes_.spines[["top", "right"]].set_visible(False)
        figure.savefig(drawn[-1], metadata={"Date": None})
        pyplot.close(figure)
    return drawn


if __name__ == "__main__":
    for path in draw(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])):
        print(path)
