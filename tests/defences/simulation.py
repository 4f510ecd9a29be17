"""What the simulation finds missing, and by which of its seeds.

Some of these would be noticed by a smaller test too. They stand here to prove the simulation: that its faults reach
these defences, and that its referee and its judge see what follows. `python -m tests.simulation.detect` looks for the
first seed that notices each, and the table of them is in docs/concepts/simulation.md.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

from tests.defences.defence import Defence

SEEDS = "tests/simulation/test_simulation.py::test_every_promise_holds_and_everything_heals"
SEEDS_IN_ONE_TEST = 10
DETECTED = Path(__file__).parents[1] / "simulation/detected.json"


def detected() -> dict[str, dict[str, Any]]:
    """By a bug's name: the first seed that notices it, in how many seconds, and what it says."""
    found: dict[str, dict[str, Any]] = json.loads(DETECTED.read_text())
    return found


def noticed(name: str) -> str:
    """The test that has the seed in it."""
    seed = detected().get(name, {"seed": 1})["seed"]
    return f"{SEEDS}[{seed - (seed - 1) % SEEDS_IN_ONE_TEST}]"


class Bug(NamedTuple):
    """A defence whose test is the seed that notices that it is gone."""

    point: str
    name: str
    file: str
    old: str
    new: str


BUGS = (
    Bug(
        point="C17 C18", name="an engine that takes over without the fence",
        file="trueman/engine/succession.py",
        old="        end = await self._log.fence(epoch)\n",
        new="        end = await self._log.last_event()\n",
    ),
    Bug(
        point="C17 C18", name="a log that lets every epoch append",
        file="trueman/infra/memory_log.py",
        old="        if epoch < self._fence:\n",
        new="        if epoch < 0:\n",
    ),
    Bug(
        point="C15 C16", name="results in doubt are sent again blindly",
        file="trueman/engine/emitter.py",
        old="            if await self._is_written(batch):\n                return None\n",
        new="            await asyncio.sleep(RETRY_SECONDS)\n",
    ),
    Bug(
        point="C16", name="results in doubt are taken for written, in the whole exchange",
        file="trueman/engine/emitter.py",
        old="            if await self._is_written(batch):\n                return None\n",
        new="            return None\n",
    ),
    Bug(
        point="C28", name="the log is trimmed beyond the archive",
        file="trueman/engine/retention.py",
        old="            await self._log.trim(below)\n",
        new="            await self._log.trim(await self._log.last_event())\n",
    ),
    Bug(
        point="C32", name="the log's time goes back with its server's clock",
        file="trueman/infra/memory_log.py",
        old="        self._time_us = max(self._time_us, self._clock())\n",
        new="        self._time_us = self._clock()\n",
    ),
    Bug(
        point="C3 C4", name="an append in doubt is said not to be written",
        file="trueman/infra/writer.py",
        old='                logger.warning("append outcome unknown", commands=len(batch), error=str(error))\n',
        new="                self._fail(tags, LogUnavailable(str(error)))\n",
    ),
    Bug(
        point="C23 C25", name="the offset is written outside the transaction of its rows",
        file="trueman/db_updater/memory_tables.py",
        old="        draft.keep()\n",
        new='        draft.keep()\n        await __import__("asyncio").sleep(0.002)\n',
    ),
    Bug(
        point="C25 C26", name="a batch is written wherever the tables stand",
        file="trueman/db_updater/memory_tables.py",
        old="        if (self.number, self.owner) != (batch.after, owner):\n",
        new="        if self.owner != owner:\n",
    ),
    Bug(
        point="C34", name="whoever looks at a withdrawal asks for its payment",
        file="trueman/api/payouts.py",
        old="        if not await self._operations.move(operation, BROADCASTING, self._terms.clock_us()):\n"
        "            return operation\n",
        new="        await self._operations.move(operation, BROADCASTING, self._terms.clock_us())\n",
    ),
    Bug(
        point="C3 C35", name="a deposit under a name that was used is a new one",
        file="trueman/api/wallet_operations.py",
        old="            if earlier is not None and earlier.state != PENDING:\n                return earlier\n",
        new="",
    ),
)  # fmt: skip
DEFENCES = tuple(Defence(*bug, noticed(bug.name)) for bug in BUGS)
