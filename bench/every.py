"""All benchmarks, one after the other, and the page that states their figures."""

import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bench import book, core, orders, recovery, updater
from bench.figures import readable

PAGE = Path("docs/reference/performance.md")
BEGIN, END = "<!-- figures: written by trueman bench all -->", "<!-- end of figures -->"

BENCHMARKS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "book": ("trueman bench book", lambda path: book.command(json_path=path)),
    "core": ("trueman bench core", lambda path: core.command(json_path=path)),
    "recovery": ("trueman bench recovery", lambda path: recovery.command(json_path=path)),
    "orders": ("trueman bench orders", lambda path: orders.command(json_path=path)),
    "updater": ("trueman bench updater", lambda path: updater.command(json_path=path)),
}


def rows(figures: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str, str, str]]:
    """Every figure with a median, however deep it stands, as (name, median, min, max)."""
    for name, value in figures.items():
        if isinstance(value, dict) and "median" in value:
            middle, least, most = (readable(value.get(column, 0)) for column in ("median", "min", "max"))
            yield f"{prefix}{name}", middle, least, most
        elif isinstance(value, dict):
            yield from rows(value, f"{prefix}{name} · ")


def section(title: str, figures: dict[str, Any]) -> str:
    lines = [f"### `{title}`", "", "| figure | median | min | max |", "|---|--:|--:|--:|"]
    lines += [f"| {' | '.join(row)} |" for row in rows(figures)]
    return "\n".join(lines)


def write_page(results: dict[str, dict[str, Any]]) -> None:
    """Replace the figures of the page, keep the prose around them."""
    day = datetime.now(UTC).date().isoformat()
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    parts = [f"Measured on {day}: {machine}, load generator on the same machine."]
    parts += [section(BENCHMARKS[name][0], figures) for name, figures in results.items()]
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + BEGIN + "\n\n" + "\n\n".join(parts) + "\n\n" + END + after)


def command(
    only: Annotated[str, typer.Option(help="Names of benchmarks, comma-separated; empty for all.")] = "",
) -> None:
    """Run the benchmarks and write docs/reference/performance.md."""
    wanted = only.split(",") if only else list(BENCHMARKS)
    results: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted:
            path = Path(folder) / f"{name}.json"
            BENCHMARKS[name][1](path)
            results[name] = json.loads(path.read_text())
    write_page(results)
