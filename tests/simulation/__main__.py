"""Look at one seed, or judge many.

python -m tests.simulation SEED                         one, line by line, the product's own log lines between
python -m tests.simulation FIRST UNTIL [--report FILE]  many; the report is what docs/reference/reliability.md shows
"""

import argparse
import json
import math
import multiprocessing
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.simulation.points import kinds_of
from tests.simulation.run import Failed, Outcome, judged, run

FAILURES_MAX = 10
"""Of many seeds; then it is plain enough."""
SEEDS_AT_ONCE = 5
"""For one process, between two looks at the list."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=int)
    parser.add_argument("until", type=int, nargs="?")
    parser.add_argument("--report", type=Path)
    parser.add_argument("--only", default="", help="the one kind of fault of a seed: a method of nemesis.py")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--minutes", type=float, default=math.inf, help="of many seeds: how long at most")
    asked = parser.parse_args()
    if asked.until is None:
        return one(asked.first, asked.only)
    outcomes, failed = many(range(asked.first, asked.until), asked.processes, 60 * asked.minutes)
    if asked.report:
        asked.report.write_text(json.dumps(report(outcomes, failed), indent=2) + "\n")
    return int(failed > 0)


def one(seed: int, only: str) -> int:
    lines: list[str] = []
    try:
        outcome = run(seed, only=only, lines=lines)
    except Failed as error:
        sys.stdout.write("\n".join([*lines, "", str(error), ""]))
        return 1
    sys.stdout.write("\n".join([*lines, "", f"seed {seed} holds: {outcome}", ""]))
    return 0


def many(seeds: range, processes: int, seconds_max: float) -> tuple[list[Outcome], int]:
    """Each seed in whichever process is free; those that are judged when the time is up."""
    outcomes, failed, began = [], 0, time.monotonic()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for outcome in pool.imap(judged, seeds, chunksize=SEEDS_AT_ONCE):
            if isinstance(outcome, Outcome):
                outcomes.append(outcome)
            else:
                failed += 1
                sys.stdout.write(f"{outcome}\n")
                sys.stdout.flush()
            if failed == FAILURES_MAX or time.monotonic() - began > seconds_max:
                break
    seconds = time.monotonic() - began
    rate = 60 * len(outcomes) / seconds
    sys.stdout.write(f"{len(outcomes)} seeds held, {failed} failed, {seconds:.1f} s, {rate:.0f} a minute\n")
    return outcomes, failed


def report(outcomes: list[Outcome], failed: int) -> dict[str, Any]:
    faults: Counter[str] = Counter()
    points: Counter[str] = Counter()
    for outcome in outcomes:
        for fault, times in outcome.faults.items():
            faults[fault.partition(":")[0]] += times
        points.update(outcome.points)
    return {
        "seeds": len(outcomes) + failed,
        "failed": failed,
        "seconds_simulated": round(sum(outcome.seconds for outcome in outcomes)),
        "commands": sum(outcome.commands for outcome in outcomes),
        "answers": sum(outcome.answers for outcome in outcomes),
        "doubts": sum(outcome.doubts for outcome in outcomes),
        "kinds": kinds_of(faults),
        "faults": dict(sorted(faults.items())),
        "points": dict(sorted(points.items(), key=lambda point: int(point[0][1:]))),
    }


if __name__ == "__main__":
    raise SystemExit(main())
