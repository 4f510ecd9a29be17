"""Lives recorded days until something is wrong, and prints in one line of JSON what it was, and after how long.

A program, run from sources in which a bug was seeded. Whatever the naive twin did not record, an assertion of the core
or any exception at all is a find. The exchange is restored from a snapshot every now and then.
"""

import json
import sys
import traceback
from pathlib import Path
from random import Random
from time import perf_counter

from tests.core.replay import Replay
from tests.reference.logbook import read, ruleset_of


def main(logs: list[str]) -> None:
    begin, commands = perf_counter(), 0
    for number, log in enumerate(logs):
        path = Path(log)
        replay, lines = Replay(Random(number), ruleset_of(path)), read(path)
        try:
            for line in lines:
                replay.live(line)
            replay.exchange.check()
        except Exception as error:
            commands += replay.exchange.sequence
            say(found_by(error), commands, perf_counter() - begin)
            return
        commands += replay.exchange.sequence
    say("", commands, perf_counter() - begin)


def found_by(error: Exception) -> str:
    """Whether the core noticed by itself, or the twin has it otherwise."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    if not isinstance(error, AssertionError):
        return f"{type(error).__name__} in `{where.name}`"
    if "trueman" in Path(where.filename).parts:
        return f"assertion in `{where.name}`"
    return "the restored digest" if "restored" in str(error) else "the twin"


def say(found: str, commands: int, seconds: float) -> None:
    sys.stdout.write(json.dumps({"found_by": found, "commands": commands, "seconds": seconds}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
