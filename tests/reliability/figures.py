"""What the page says was measured: taken out of the reports of long runs, and kept beside this file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

BY_FAULT: Final = "chaos by fault"
KEPT: Final = Path(__file__).parent / "figures.json"


def of_chaos(report: dict[str, Any]) -> dict[str, str]:
    first, whole = report["order_seconds"], report["recovery_seconds"]
    return {
        "Chaos: seed, faults, minutes": f"{report['seed']}, {len(report['struck'])}, {report['seconds'] / 60:.0f}",
        "Chaos: kills survived": f"{report['kills']:,}",
        "Chaos: requests, acknowledged": f"{report['asked']:,}, {report['acknowledged']:,}",
        "Chaos: unknown at first, unknown in the end": f"{report['unknown_at_first']:,}, {report['unresolved']:,}",
        "Chaos: operations compared with the log": f"{report['operations_compared']:,}",
        "Chaos: commands, of them in the archive alone": (
            f"{report['commands_in_the_log']:,}, {report['commands_trimmed']:,}"
        ),
        "**Chaos: acknowledged orders lost**": f"**{report['acknowledged_lost']:,}**",
        "Chaos: from a fault to the first order acknowledged, median and longest": (
            f"{first['p50']:.1f} s, {first['max']:.1f} s"
        ),
        "Chaos: until everything worked again, median and longest": f"{whole['p50']:.1f} s, {whole['max']:.1f} s",
        "Chaos: partitions made of": report["network"],
        "Chaos: machine": report["machine"],
        "Chaos: crash points exercised, times": ", ".join(f"{p} {times}" for p, times in report["points"].items()),
    }


def by_fault(report: dict[str, Any]) -> dict[str, str]:
    """The cells of a row for each kind of fault."""
    return {
        name: f"{told['times']:.0f} | {told['order_p50']:.1f} s | {told['order_max']:.1f} s | {told['all_max']:.1f} s"
        for name, told in report["recovery_by_fault"].items()
    }


def of_recovery(report: dict[str, Any]) -> dict[str, str]:
    restart = report["restore_and_replay_s"]
    state = f"{report['orders']:,} open orders and {report['replayed']:,} commands of log"
    return {f"Recovery: {state}, median of {report['runs']}": f"{restart['median']:.1f} s"}


def of_failover(report: dict[str, Any]) -> dict[str, str]:
    spreads = {name: told for name, told in report.items() if isinstance(told, dict) and "median" in told}
    lost = f"{report['acknowledged']:,}, **{report['acknowledged_lost']:,}**"
    return {
        f"Failover: {name.removesuffix('_s')}, median and longest": f"{told['median']:g} s, {told['max']:g} s"
        for name, told in spreads.items()
    } | {"Failover: orders acknowledged, lost": lost}


def of_simulation(report: dict[str, Any]) -> dict[str, str]:
    worst = sorted(report["faults"].items(), key=lambda fault: -fault[1])
    by_seed = ", ".join(f"{point} {seeds}" for point, seeds in report["points"].items())
    return {
        "Simulation: seeds run, failed": f"{report['seeds']:,}, {report['failed']:,}",
        "Simulation: hours simulated": f"{report['seconds_simulated'] / 3_600:.1f}",
        "Simulation: commands decided and compared": f"{report['commands']:,}",
        "Simulation: answers held against the log, outcomes in doubt resolved": (
            f"{report['answers']:,}, {report['doubts']:,}"
        ),
        "Simulation: faults": f"{sum(report['faults'].values()):,}",
        "Simulation: what really happened": ", ".join(f"{kind} {n:,}" for kind, n in report["kinds"].items()),
        "Simulation: faults by name": ", ".join(f"{name} {times:,}" for name, times in worst),
        "Simulation: crash points exercised, seeds": by_seed,
    }


READERS: Final[dict[str, Callable[[dict[str, Any]], dict[str, str]]]] = {
    "chaos": of_chaos,
    BY_FAULT: by_fault,
    "recovery": of_recovery,
    "failover": of_failover,
    "simulation": of_simulation,
}


def kept() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(KEPT.read_text())
    return found


def keep(reports: dict[str, dict[str, Any]], build: str) -> None:
    """Those that were given take the place of the last ones; `build` says when and of which version they are."""
    told = kept()
    for name, report in reports.items():
        told[name] = {f"{name.capitalize()}: measured": build} | READERS[name](report)
    if "chaos" in reports:
        told[BY_FAULT] = by_fault(reports["chaos"])
    KEPT.write_text(json.dumps({name: told[name] for name in READERS if name in told}, indent=2) + "\n")
