"""Lives golden days by the core as its sources are now, and prints what the checker says first: rule, command, words.

A program, run from sources in which a bug was seeded. Neither the naive twin nor what is written in the logs' marks is
asked; where the core's own assertions end a day, the checker has found nothing in it.
"""

import json
import sys
from pathlib import Path

from tests.reference.logbook import read, ruleset_of
from tests.reference.streams import Frame
from trueman.checker.findings import Fault
from trueman.checker.log import LogChecker
from trueman.core.exchange import Exchange


def first_fault(log: Path) -> Fault | None:
    ruleset = ruleset_of(log)
    exchange, checker = Exchange(ruleset), LogChecker(ruleset)
    for line in read(log):
        if not isinstance(line, Frame):
            continue
        try:
            result = exchange.apply(exchange.sequence + 1, line.size, line.time_us, line.data)
        except Exception as error:
            sys.stderr.write(f"{log.name}: the core itself: {type(error).__name__}: {error}\n")
            return None
        checker.check(line.time_us, line.data, result)
        if checker.faults:
            return checker.faults[0]
    return None


def main(logs: list[str]) -> None:
    found = next(filter(None, map(first_fault, map(Path, logs))), None)
    said = {"rule": found.rule.section, "command": found.number, "line": found.line()} if found else {}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
