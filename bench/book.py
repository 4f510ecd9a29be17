"""The order book alone, in messages a second: five workloads of our own, or one from a file, reports and all."""

import time
from pathlib import Path
from struct import Struct
from typing import Annotated, Any

import typer

from bench import figures
from bench.replay import (
    ACCEPTED,
    CANCEL_REFUSED,
    CANCELLED,
    MODIFIED,
    MODIFY_REFUSED,
    RECORD_BYTES,
    REPORT_BYTES,
    TRADED,
    Replay,
)
from bench.workloads import SWINGS, read_file, workload

REPORT = Struct("<6q")
FIELDS = {ACCEPTED: 4, TRADED: 4, CANCELLED: 3, MODIFIED: 4, CANCEL_REFUSED: 1, MODIFY_REFUSED: 1}
"""How many numbers a report of each type has after its sequence number."""
U64 = 2**64 - 1


def report_lines(reports: bytes) -> str:
    """One line a report, sorted by sequence number and type, stable."""
    rows = [REPORT.unpack_from(reports, at) for at in range(0, len(reports), REPORT_BYTES)]
    rows.sort(key=lambda row: (row[1] & U64, row[0]))
    return "\n".join(",".join(map(str, _line(row))) for row in rows)


def _line(row: tuple[int, ...]) -> list[int]:
    """Order ids are unsigned; the core reads them as signed."""
    kind, sequence, *numbers = row
    ids = {ACCEPTED: (1,), TRADED: (2, 3), CANCELLED: (1,), MODIFIED: (1,)}.get(kind, (0,))
    shown = [number & U64 if place in ids else number for place, number in enumerate(numbers[: FIELDS[kind]])]
    return [kind, sequence & U64, *shown]


def measure(records: bytes, runs: int) -> tuple[dict[str, figures.Spread], bytes]:
    """Replay alone: reading the file and writing the text are not counted, the reports in memory are."""
    rates, cpu_rates, reports = [], [], b""
    messages = len(records) // RECORD_BYTES
    for _ in range(runs):
        replay = Replay()
        wall, cpu = time.perf_counter(), time.process_time()
        reports = replay.run(records)
        rates.append(messages / (time.perf_counter() - wall))
        cpu_rates.append(messages / (time.process_time() - cpu))
    return {"messages_per_s": figures.spread(rates), "messages_per_cpu_s": figures.spread(cpu_rates)}, reports


def command(
    replay: Annotated[
        Path | None, typer.Option(help="A workload file; without one, five workloads of our own.")
    ] = None,
    reports: Annotated[Path | None, typer.Option(help="Write the report lines of --replay there.")] = None,
    messages: Annotated[int, typer.Option(help="Messages of each workload of our own.")] = 400_000,
    runs: Annotated[int, typer.Option(help="Runs; the median counts.")] = 9,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the figures there.")] = None,
) -> None:
    """Measure the order book alone, and replay workload files byte for byte."""
    measured: dict[str, Any] = {}
    if replay is not None:
        measured[replay.name], told = measure(read_file(replay.read_bytes()), runs)
        if reports is not None:
            reports.write_text(report_lines(told))
    else:
        for name in SWINGS:
            measured[name], _ = measure(workload(name, messages), runs)
    worst = min(values["messages_per_s"]["median"] for values in measured.values())
    peak = figures.peak_memory_mb()
    machine = figures.machine()
    figures.show(
        "The order book alone, messages a second",
        {f"{name}{unit}": values[key] for name, values in measured.items() for key, unit in UNITS.items()},
        [f"core {machine['core']} · worst {worst:,.0f} messages/s · peak memory {peak:,.0f} MB"],
    )
    report = {"workloads": measured, "worst_messages_per_s": worst, "peak_memory_mb": peak, "machine": machine}
    figures.write_json(json_path, report)


UNITS = {"messages_per_s": "", "messages_per_cpu_s": ", of CPU time"}
