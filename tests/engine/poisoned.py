"""`trueman engine` with a core that breaks on one command, for tests that end it again and again."""

import sys

from tests.engine.test_poison import broken_by
from trueman import cli
from trueman.engine import pipeline

if __name__ == "__main__":
    number, *rest = sys.argv[1:]
    pipeline.decide = broken_by(int(number))
    sys.argv = ["trueman", "engine", *rest]
    cli.main()
