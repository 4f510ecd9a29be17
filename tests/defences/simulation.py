"""What the simulation finds missing within its first ten seeds.

Some of these would be noticed by a smaller test too. They stand here to prove the simulation: that its faults reach
these defences, and that its referee and its judge see what follows.
"""

from tests.defences.defence import Defence

SEEDS = "tests/simulation/test_simulation.py::test_every_promise_holds_and_everything_heals"

DEFENCES = (
    Defence(
        point="C17 C18", name="an engine that takes over without the fence",
        file="trueman/engine/succession.py",
        old="        end = await self._log.fence(epoch)\n",
        new="        end = await self._log.last_event()\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C17 C18", name="a log that lets every epoch append",
        file="trueman/infra/memory_log.py",
        old="        if epoch < self._fence:\n",
        new="        if epoch < 0:\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C15 C16", name="results in doubt are sent again blindly",
        file="trueman/engine/emitter.py",
        old="            if await self._is_written(batch):\n                return None\n",
        new="            await asyncio.sleep(RETRY_SECONDS)\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C16", name="results in doubt are taken for written, in the whole exchange",
        file="trueman/engine/emitter.py",
        old="            if await self._is_written(batch):\n                return None\n",
        new="            return None\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C28", name="the log is trimmed beyond the archive",
        file="trueman/engine/retention.py",
        old="            await self._log.trim(below)\n",
        new="            await self._log.trim(await self._log.last_event())\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C32", name="the log's time goes back with its server's clock",
        file="trueman/infra/memory_log.py",
        old="        self._time_us = max(self._time_us, self._clock())\n",
        new="        self._time_us = self._clock()\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C3 C4", name="an append in doubt is said not to be written",
        file="trueman/infra/writer.py",
        old='                logger.warning("append outcome unknown", commands=len(batch), error=str(error))\n',
        new="                self._fail(tags, LogUnavailable(str(error)))\n",
        test=f"{SEEDS}[1]",
    ),
)  # fmt: skip
