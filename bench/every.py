"""All benchmarks, one after the other, and the page that states their figures."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

import trueman
from bench import figures
from bench.figures import readable

PAGE = Path("docs/reference/performance.md")
BEGIN, END = "<!-- figures: written by trueman bench all -->", "<!-- end of figures -->"

BENCHMARKS: Final = {name: f"trueman bench {name}" for name in ("book", "core", "recovery", "orders", "updater")}
TRUEMAN: Final = "from trueman.cli import main; main()"


def rows(measured: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str, str, str]]:
    """Every figure with a median, however deep it stands, as (name, median, min, max)."""
    for name, value in measured.items():
        if isinstance(value, dict) and "median" in value:
            middle, least, most = (readable(value.get(column, 0)) for column in ("median", "min", "max"))
            yield f"{prefix}{name}", middle, least, most
        elif isinstance(value, dict):
            yield from rows(value, f"{prefix}{name} · ")


def section(title: str, measured: dict[str, Any], measured_on: str) -> str:
    lines = [f"### `{title}`", "", measured_on, "", "| figure | median | min | max |", "|---|--:|--:|--:|"]
    lines += [f"| {' | '.join(row)} |" for row in rows(measured)]
    return "\n".join(lines)


def when_and_what() -> str:
    """A section says so of itself, since its neighbours may be older."""
    machine = figures.machine()
    core_is = f"core {machine['core']}"
    return (
        f"{datetime.now(UTC).date().isoformat()}, TrueMan {trueman.__version__}, {core_is}, Python {machine['python']}"
    )


def with_figures(page: str, results: dict[str, dict[str, Any]]) -> str:
    """The page with the sections of `results` anew; the others and the prose around them stay."""
    before, _, rest = page.partition(BEGIN)
    sections, _, after = rest.partition(END)
    old = {part.split("`")[1]: part.strip() for part in ("\n" + sections).split("\n### ")[1:]}
    parts = []
    for name, title in BENCHMARKS.items():
        if name in results:
            parts.append(section(title, results[name], when_and_what()))
        elif title in old:
            parts.append(f"### {old[title]}")
    return before + BEGIN + "\n\n" + "\n\n".join(parts) + "\n\n" + END + after


def command(
    only: Annotated[str, typer.Option(help="Names of benchmarks, comma-separated; empty for all.")] = "",
) -> None:
    """Run the benchmarks and write docs/reference/performance.md."""
    wanted = only.split(",") if only else list(BENCHMARKS)
    unknown = [name for name in wanted if name not in BENCHMARKS]
    if unknown:
        raise typer.BadParameter(
            f"{unknown[0]} is no benchmark; there are {', '.join(BENCHMARKS)}", param_hint="--only"
        )
    results: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted:
            path = Path(folder) / f"{name}.json"
            # Each in a process of its own: what one leaves in memory is not the next one's.
            subprocess.run([sys.executable, "-c", TRUEMAN, "bench", name, "--json", str(path)], check=True)
            results[name] = json.loads(path.read_text())
    PAGE.write_text(with_figures(PAGE.read_text(), results))
