"""Writes docs/reference/reliability.md: `python -m tests.reliability [--chaos REPORT] [--holes]`."""

import argparse
import sys

from tests.reliability.coverage import covering, defending
from tests.reliability.page import PAGE, as_markdown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--holes", action="store_true", help="only say which points have no test or no defence")
    if parser.parse_args().holes:
        for what, found in (("test", covering()), ("defence", defending())):
            sys.stdout.write(f"no {what}: {' '.join(point for point, those in found.items() if not those)}\n")
        return
    PAGE.write_text(as_markdown())


if __name__ == "__main__":
    main()
