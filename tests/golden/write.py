"""Records a golden log: what a random day comes to in this version, to be held against every later one.

    python -m tests.golden.write NAME SEED COMMANDS

Twin and core have to agree on every result before anything is written, and no log is ever written over: a version that
comes to something else either has a mistake or needs a ruleset of its own.
"""

import argparse
from pathlib import Path

from tests.core.replay import Replay
from tests.reference.logbook import Frame, Line, Mark, recorded, write
from tests.reference.naive_state import NEWEST

FOLDER = Path(__file__).parent
MARKS_EVERY = 100
"""Frames between two marks."""


def golden(seed: int, commands: int, ruleset: int = NEWEST) -> list[Line]:
    """The lines of a log whose marks have the digest of the core's state."""
    lines: list[Line] = []
    replay = Replay(None, ruleset)
    for at, line in enumerate(recorded(seed, commands, ruleset=ruleset), start=1):
        replay.live(line)
        if isinstance(line, Frame):
            lines.append(line)
        elif at % (2 * MARKS_EVERY) == 0:
            lines.append(_with_digest(line, replay))
    if isinstance(lines[-1], Frame):
        lines.append(_with_digest(replay.marker.mark(), replay))
    replay.exchange.check()
    return lines


def _with_digest(mark: Mark, replay: Replay) -> Mark:
    return mark._replace(digest=replay.exchange.digest().hex())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("seed", type=int)
    parser.add_argument("commands", type=int)
    parser.add_argument("--ruleset", type=int, default=NEWEST, help="under which it begins; it switches halfway")
    given = parser.parse_args()
    path = FOLDER / f"{given.name}.log"
    if path.exists():
        raise SystemExit(f"{path.name} is there already, and a golden log is never written over")
    write(path, golden(given.seed, given.commands, given.ruleset), given.ruleset)


if __name__ == "__main__":
    main()
