"""Takes every defence out in turn, in a copy of the checkout, and expects the test that is named for it to fail.

    python -m tests.defences.prove [--only PART_OF_A_NAME] [--stale] [--processes 2]

A test that goes on without its defence proves nothing; one that fails even with it proves nothing either. What was
proven is kept (tests/reliability/proven.json) for the page, which is then written anew: `python -m tests.reliability`.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from tests.defences import proofs
from tests.defences.defence import ROOT, Defence, all_defences, taken_out
from trueman import build

NOT_COPIED = (".*", "__pycache__", "node_modules", "*.egg-info", "build", "test-results")
SECONDS_MAX = 600
TEST_SECONDS_MAX = 120
TIMED_OUT = -1
"""Of our exit codes: a test that did not end has noticed nothing; it may hang for any reason."""
TIMEOUT_WORDS = (b"Failed: Timeout (>", b"+ Timeout +")
"""How pytest-timeout says that it ended a test, by its signal and by its thread."""
TESTS_FAILED = 1
"""Of pytest's exit codes the only one that says so: 2 and 4 are for tests that could not be begun."""


class Proof(NamedTuple):
    """`fault` is empty when the test fails without the defence, and only then."""

    fault: str
    seconds: float


class Prover:
    """A copy of the checkout, and which tests are known to pass in it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "checkout"
        shutil.copytree(ROOT, self.root, ignore=shutil.ignore_patterns(*NOT_COPIED))
        self._passes: dict[str, int] = {}

    def prove(self, defence: Defence) -> Proof:
        if defence.test not in self._passes:
            self._passes[defence.test] = self._run(defence.test)
        if self._passes[defence.test] != 0:
            return Proof(f"{defence.test} does not pass with its defence either", 0.0)
        began = time.monotonic()
        with self.without(defence):
            code = self._run(defence.test)
        seconds = time.monotonic() - began
        if code == 0:
            return Proof(f"{defence.test} passes without it", seconds)
        if code == TIMED_OUT:
            return Proof(f"{defence.test} does not end without it, which proves nothing", seconds)
        return Proof("" if code == TESTS_FAILED else f"{defence.test} could not be run (pytest: {code})", seconds)

    @contextmanager
    def without(self, defence: Defence) -> Iterator[None]:
        path = self.root / defence.file
        healthy = path.read_text()
        with self._uncompiled(defence.file in build.COMPILED):
            path.write_text(taken_out(defence, self.root))
            try:
                yield
            finally:
                path.write_text(healthy)

    @contextmanager
    def _uncompiled(self, is_needed: bool) -> Iterator[None]:
        """What was compiled would hide the edit of a source."""
        if not is_needed or build.state(self.root) == "uncompiled":
            yield
            return
        aside = self.root.parent / "compiled"
        found = [path for path in self.root.rglob("*.so") if path.is_file()]
        for path in found:
            target = aside / path.relative_to(self.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
        try:
            yield
        finally:
            for path in found:
                (aside / path.relative_to(self.root)).rename(path)

    def _run(self, test: str) -> int:
        return run_test(self.root, test, TEST_SECONDS_MAX)


def run_test(root: Path, test: str, seconds_max: int) -> int:
    """Pytest's exit code, or TIMED_OUT."""
    options = ("-x", "-q", "--no-header", "-p", "no:cacheprovider", f"--timeout={seconds_max}")
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", *options, test]
    try:
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, timeout=SECONDS_MAX)
    except subprocess.TimeoutExpired:
        return TIMED_OUT
    said = done.stdout + done.stderr
    return TIMED_OUT if any(words in said for words in TIMEOUT_WORDS) else done.returncode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="part of a defence's name, or its crash point")
    parser.add_argument("--stale", action="store_true", help="only those that are not proven as they are now")
    parser.add_argument("--processes", type=int, default=2, help="how many are tried at once")
    arguments = parser.parse_args()
    only = arguments.only
    chosen = [defence for defence in all_defences() if only in defence.name or only in defence.point.split()]
    if not chosen:
        raise SystemExit(f"no defence has {only!r} in its name")
    if arguments.stale:
        chosen = [defence for defence in chosen if not proofs.is_proven(defence)]
    fingerprints = {defence.name: proofs.fingerprint(defence) for defence in chosen}
    unproven: list[str] = []
    for defence, proof in proofs_of(chosen, arguments.processes):
        if proof.fault:
            unproven.append(defence.name)
        proofs.keep({} if proof.fault else {defence.name: fingerprints[defence.name]}, unproven)
        verdict = proof.fault or "noticed"
        sys.stdout.write(f"{defence.point:<8} {proof.seconds:6.1f} s  {defence.name}: {verdict}\n")
        sys.stdout.flush()
    if unproven:
        raise SystemExit(f"{len(unproven)} of {len(chosen)} are not proven")


def proofs_of(defences: list[Defence], processes: int) -> Iterator[tuple[Defence, Proof]]:
    """As they come. Each process has a copy of its own, so that nobody's test meets another's missing defence."""
    with tempfile.TemporaryDirectory(prefix="trueman-defences-") as folder, ThreadPoolExecutor(processes) as pool:
        free: SimpleQueue[Prover] = SimpleQueue()
        for number in range(min(processes, len(defences))):
            free.put(Prover(Path(folder) / str(number)))

        def prove(defence: Defence) -> tuple[Defence, Proof]:
            prover = free.get()
            try:
                return defence, prover.prove(defence)
            finally:
                free.put(prover)

        for done in as_completed([pool.submit(prove, defence) for defence in defences]):
            yield done.result()


if __name__ == "__main__":
    main()
