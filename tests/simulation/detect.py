"""Which seed of the simulation notices each seeded bug, and how soon: the table in docs/concepts/simulation.md.

    python -m tests.simulation.detect [--only PART_OF_A_NAME] [--missing]

Each bug is put into a copy of the checkout, where seeds are run from 1 on until one breaks a promise. What is found
is kept beside this file; the proofs of the defences (`python -m tests.defences.prove`) go by it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from tests.defences import simulation
from tests.defences.defence import ROOT, Defence
from tests.defences.prove import Prover
from tests.defences.simulation import DETECTED, detected

SEEDS_MAX: Final = 60
SECONDS_MAX: Final = 900
PAGE: Final = ROOT / "docs/concepts/simulation.md"
BEGIN, END = "<!-- seeded bugs: python -m tests.simulation.detect -->\n", "<!-- end of seeded bugs -->\n"
HEAD: Final = "| crash points | bug | found by seed | seconds | what is said |\n|---|---|--:|--:|---|\n"
SAID_MAX: Final = 110


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="part of a bug's name")
    parser.add_argument("--missing", action="store_true", help="only those without a seed")
    asked = parser.parse_args()
    known = detected() if asked.missing else {}
    missed = []
    with tempfile.TemporaryDirectory(prefix="trueman-detect-") as folder:
        prover = Prover(Path(folder))
        for defence in simulation.DEFENCES:
            if asked.only in defence.name and defence.name not in known:
                found = detect(prover, defence)
                keep(defence.name, found)
                missed += [] if found else [defence.name]
                sys.stdout.write(f"{defence.name}: {found or 'NOT FOUND'}\n")
                sys.stdout.flush()
    PAGE.write_text(with_table(PAGE.read_text()))
    if missed:
        raise SystemExit(f"{len(missed)} are not found by {SEEDS_MAX} seeds: {', '.join(missed)}")


def detect(prover: Prover, defence: Defence) -> dict[str, Any] | None:
    with prover.without(defence):
        done = subprocess.run(
            [sys.executable, "-m", __name__.replace("__main__", "tests.simulation.detect"), "--first"],
            cwd=prover.root, capture_output=True, text=True, timeout=SECONDS_MAX,
        )  # fmt: skip
    found: dict[str, Any] | None = json.loads(done.stdout.splitlines()[-1])
    return found


def first_failure() -> dict[str, Any] | None:
    """Of the sources as they are here."""
    from tests.simulation.run import Failed, run

    began = time.process_time()
    for seed in range(1, SEEDS_MAX + 1):
        try:
            run(seed)
        except Failed as error:
            said = str(error).splitlines()[0].partition(": ")[2]
            return {"seed": seed, "seconds": round(time.process_time() - began, 1), "said": said}
    return None


def keep(name: str, found: dict[str, Any] | None) -> None:
    names = {defence.name for defence in simulation.DEFENCES}
    told = {known: what for known, what in detected().items() if known in names and known != name}
    DETECTED.write_text(json.dumps(told | ({name: found} if found else {}), indent=2, sort_keys=True) + "\n")


def table() -> str:
    told = detected()
    rows = [
        f"| {defence.point} | {defence.name} | {found['seed']} | {found['seconds']:g} | {shortened(found['said'])} |\n"
        for defence in simulation.DEFENCES
        if (found := told.get(defence.name))
    ]
    return HEAD + "".join(rows)


def shortened(said: str) -> str:
    plain = said.replace("|", "/")
    return plain if len(plain) <= SAID_MAX else plain[: SAID_MAX - 3] + "..."


def with_table(page: str) -> str:
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + table() + END + rest.partition(END)[2]


if __name__ == "__main__":
    if sys.argv[1:] == ["--first"]:
        sys.stdout.write(json.dumps(first_failure()) + "\n")
    else:
        main()
