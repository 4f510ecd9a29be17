"""Lives a log again and prints what it came to: how the core ran, its chain and its digest.

A program, so that tests can run it in another process, from other files, under another hash seed. It holds every mark
of the log against its own results. `--restore SEED` goes on from a snapshot at random points, `--collect never|often`
is about Python's garbage collector.
"""

import argparse
import gc
import sys
from pathlib import Path
from random import Random

import trueman.core.exchange as core
from tests.reference.logbook import UNKNOWN, Line, Mark, Marker, read, ruleset_of
from trueman.core.rulesets import FIRST_RULESET

RESTORED = 0.02
"""The share of frames after which a replay goes on from a snapshot."""


class Replay:
    """One exchange that lives through lines. Raises AssertionError at the first mark that it does not come to."""

    def __init__(self, restore: Random | None = None, ruleset: int = FIRST_RULESET) -> None:
        self.exchange = core.Exchange(ruleset)
        self.marker = Marker()
        self.restore = restore

    def live(self, line: Line) -> None:
        if isinstance(line, Mark):
            self._compare(line)
            return
        result = self.exchange.apply(self.exchange.sequence + 1, line.size, line.time_us, line.data)
        self.marker.note(line, result)
        if self.restore is not None and self.restore.random() < RESTORED:
            self.exchange.check()
            restored = core.Exchange.restore(self.exchange.snapshot())
            assert restored.digest() == self.exchange.digest(), "a restored exchange is another"
            self.exchange = restored

    def _compare(self, want: Mark) -> None:
        got = self.marker.mark(UNKNOWN if want.digest == UNKNOWN else self.exchange.digest().hex())
        assert got == want, f"the log has {want}, this came to {got}"
        assert self.exchange.chain.hex() == want.chain


def how() -> str:
    return "uncompiled" if str(core.__file__).endswith(".py") else "compiled"


def collect(when: str) -> None:
    if when == "never":
        gc.disable()
    elif when == "often":
        gc.set_threshold(50, 2, 2)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("log", type=Path)
    parser.add_argument("--restore", type=int)
    parser.add_argument("--collect", choices=("never", "often", "as usual"), default="as usual")
    given = parser.parse_args()
    collect(given.collect)
    replay = Replay(None if given.restore is None else Random(given.restore), ruleset_of(given.log))
    for line in read(given.log):
        replay.live(line)
    replay.exchange.check()
    exchange = replay.exchange
    sys.stdout.write(f"{how()} {exchange.sequence} {exchange.chain.hex()} {exchange.digest().hex()}\n")


if __name__ == "__main__":
    main()
