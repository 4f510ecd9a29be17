"""Look at one seed, or at many: `python -m tests.simulation SEED [UNTIL]`.

One seed is told line by line, with the product's own log lines between; many are only judged.
"""

import sys
import time

from tests.simulation.run import Failed, run

FAILURES_MAX = 10
"""Of many seeds; then it is plain enough."""


def main() -> int:
    numbers = [int(word) for word in sys.argv[1:3]]
    if not numbers:
        raise SystemExit(__doc__)
    return one(numbers[0]) if len(numbers) == 1 else many(range(numbers[0], numbers[1]))


def one(seed: int) -> int:
    lines: list[str] = []
    try:
        outcome = run(seed, shows=True, lines=lines)
    except Failed as error:
        sys.stdout.write("\n".join([*lines, "", str(error), ""]))
        return 1
    sys.stdout.write("\n".join([*lines, "", f"seed {seed} holds: {outcome}", ""]))
    return 0


def many(seeds: range) -> int:
    failures, began = 0, time.monotonic()
    for seed in seeds:
        try:
            run(seed)
        except Failed as error:
            failures += 1
            sys.stdout.write(f"{error}\n")
            if failures == FAILURES_MAX:
                break
    seconds = time.monotonic() - began
    sys.stdout.write(f"{len(seeds)} seeds, {failures} failed, {seconds:.1f} s\n")
    return int(failures > 0)


if __name__ == "__main__":
    raise SystemExit(main())
