"""What every benchmark reports alike: median and range of its runs, and what it was run on."""

import json
import os
import platform
import resource
import sys
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from trueman import build

Spread = dict[str, float]


def spread(values: list[float], digits: int = 1) -> Spread:
    return {name: round(of(values), digits) for name, of in (("median", median), ("min", min), ("max", max))}


def readable(value: float) -> str:
    """Four digits or more need no decimals."""
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:,.2f}"


def peak_memory_mb() -> float:
    """Of this process since it began; the system counts in kilobytes, on macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3), 1)


def current_memory_mb() -> float:
    """Of this process now, where the system tells; else its peak."""
    status = Path("/proc/self/statm")
    if not status.exists():
        return peak_memory_mb()
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def machine() -> dict[str, Any]:
    return {
        "core": f"{build.state()}{', trained' if build.is_trained() else ''}",
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "librt": version("librt"),
    }


def show(title: str, rows: dict[str, Spread], notes: list[str]) -> None:
    table = Table(title=title)
    for column in ("figure", "median", "min", "max"):
        table.add_column(column, justify="left" if column == "figure" else "right")
    for name, values in rows.items():
        table.add_row(name, *(readable(values[column]) for column in ("median", "min", "max")))
    console = Console()
    console.print(table)
    for note in notes:
        console.print(note)


def write_json(path: Path | None, figures: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(figures, indent=2) + "\n")
