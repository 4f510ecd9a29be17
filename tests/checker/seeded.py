"""A copy of the sources, checker included, into which the core's own catalogue of bugs is seeded one at a time.

python -m tests.checker.seeded [PART OF A NAME]     says of each bug by which rule the checker finds it
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.core.elsewhere import IGNORED, INSTALLED, copy_sources, run
from tests.golden.write import FOLDER
from tests.mutants.catalogue import CATALOGUE, Mutant

DAYS = ("day-8", "day-1", "day-5", "day-3")
"""Under the newest ruleset and from older ones on."""
SECONDS_MAX = 200


class Seeded:
    def __init__(self, folder: Path) -> None:
        self.sources = copy_sources(folder / "sources")
        for name in ("trueman/checker", "tests/checker"):
            shutil.copytree(INSTALLED / name, self.sources / name, ignore=IGNORED)
        self.logs = [FOLDER / f"{day}.log" for day in DAYS]

    def found(self, mutant: Mutant) -> dict[str, Any]:
        """What the checker says of it; nothing where it finds nothing."""
        with self._with(mutant):
            return self.live()

    def live(self) -> dict[str, Any]:
        done = run(self.sources, "-m", "tests.checker.hunt", *map(str, self.logs), seconds=SECONDS_MAX)
        assert done.returncode == 0, done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    @contextmanager
    def _with(self, mutant: Mutant) -> Iterator[None]:
        path = self.sources / "trueman/core" / mutant.file
        healthy = path.read_text()
        assert healthy.count(mutant.old) == 1, f"{mutant.name}: its place in {mutant.file} is gone"
        path.write_text(healthy.replace(mutant.old, mutant.new))
        try:
            yield
        finally:
            path.write_text(healthy)


def main(part: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        seeded = Seeded(Path(folder))
        for mutant in CATALOGUE:
            if part in mutant.name:
                said = seeded.found(mutant)
                sys.stdout.write(f"{mutant.rule:12} {mutant.name}: {said.get('line', 'nothing')}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
