"""Writes docs/reference/reliability.md, with the figures of the reports that it is given, or those of the last time.

    python -m tests.reliability [--chaos REPORT] [--recovery REPORT] [--failover REPORT]
                                [--simulation REPORT] [--holes]

The reports are what `trueman chaos --report`, `trueman bench recovery|failover --json` and
`python -m tests.simulation FIRST UNTIL --report` write.
"""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import trueman
from tests.reliability import figures
from tests.reliability.coverage import covering, defending
from tests.reliability.page import PAGE, as_markdown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [name for name in figures.READERS if name != figures.BY_FAULT]
    for name in names:
        parser.add_argument(f"--{name}", type=Path, help=f"the JSON report of {name}")
    parser.add_argument("--holes", action="store_true", help="only say which points have no test or no defence")
    arguments = parser.parse_args()
    if arguments.holes:
        for what, found in (("test", covering()), ("defence", defending())):
            sys.stdout.write(f"no {what}: {' '.join(point for point, those in found.items() if not those)}\n")
        return
    given = {name: path for name in names if (path := getattr(arguments, name))}
    build = f"{datetime.now(UTC).date().isoformat()}, TrueMan {trueman.__version__}"
    figures.keep({name: json.loads(path.read_text()) for name, path in given.items()}, build)
    PAGE.write_text(as_markdown())


if __name__ == "__main__":
    main()
