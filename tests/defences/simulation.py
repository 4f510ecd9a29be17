"""What the simulation finds missing within its default seeds; the case that is named is the first ten that do.

Some of these would be noticed by a smaller test too. They stand here to prove the simulation: that its faults reach
these defences, and that its referee and its judge see what follows. In brackets: the seed that found it.
"""

from tests.defences.defence import Defence

SEEDS = "tests/simulation/test_simulation.py::test_every_promise_holds_and_everything_heals"

DEFENCES = (
    Defence(
        point="C17 C18", name="an engine that takes over without the fence (seed 0)",
        file="trueman/engine/replay.py",
        old="    end = await log.fence(epoch)\n",
        new="    end = await log.last_event()\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C17 C18", name="a log that lets every epoch append (seed 0)",
        file="trueman/infra/memory_log.py",
        old="        if epoch < self._fence:\n",
        new="        if epoch < 0:\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C17", name="an engine that tries again when it is fenced (seed 0)",
        file="trueman/engine/emitter.py",
        old="            except (OutcomeUnknown, LogUnavailable, Gap) as error:\n                DOUBTS.inc()\n",
        new="            except Exception as error:\n                DOUBTS.inc()\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C15 C16", name="results in doubt are sent again blindly (seed 0)",
        file="trueman/engine/emitter.py",
        old="            if await self._is_written(batch):\n                return None\n",
        new="            await asyncio.sleep(RETRY_SECONDS)\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C16", name="results in doubt are taken for written, in the whole exchange (seed 0)",
        file="trueman/engine/emitter.py",
        old="            if await self._is_written(batch):\n                return None\n",
        new="            return None\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C14 C19", name="a snapshot ahead of the event log (seed 0)",
        file="trueman/engine/pipeline.py",
        old="            await self._emitter.drained()\n            self._keeper.offer(",
        new="            self._keeper.offer(",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C18", name="where the logs end is asked in the wrong order (seed 0)",
        file="trueman/engine/replay.py",
        old="    last_event = await log.last_event()"
        "  # first: another engine may be writing, and its results follow its commands\n"
        "    last_command = await log.last_command()\n",
        new="    last_command = await log.last_command()\n    last_event = await log.last_event()\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C28", name="the log is trimmed beyond the archive (seed 0)",
        file="trueman/engine/retention.py",
        old="            await self._log.trim(below)\n",
        new="            await self._log.trim(await self._log.last_event())\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C20", name="what was trimmed is not asked for in the archive (seed 0)",
        file="trueman/infra/archived_log.py",
        old="            return [pair.event for pair in await self._past(after, count, gap)]\n",
        new="            raise gap\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C16 C28", name="a reader that does not look for gaps (seed 0)",
        file="trueman/infra/memory_log.py",
        old="        if at == len(self.entries) or self.entries[at].first != after + 1:\n",
        new="        if at == len(self.entries):\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C32", name="the log's time goes back with its server's clock (seed 0)",
        file="trueman/infra/memory_log.py",
        old="        self._time_us = max(self._time_us, self._clock())\n",
        new="        self._time_us = self._clock()\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C6 C7", name="a log that answers before it has synced (seed 0)",
        file="tests/simulation/log_server.py",
        old="        self._changes += 1\n        await self._sync()\n",
        new="        self._changes += 1\n        self.syncing = asyncio.create_task(self._sync())\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C24 C25", name="a COMMIT in doubt is taken for done (seed 0)",
        file="trueman/db_updater/service.py",
        old="                await self._read_offset(patience)\n        if",
        new="                self.offset = batch.number\n        if",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C23 C25", name="the offset moves before its rows (seed 0)",
        file="trueman/db_updater/memory_tables.py",
        old="        draft = Draft(self.rows)\n        draft.write(batch)\n        draft.keep()\n"
        "        self.number, self.time_us, self.chain = batch.number, batch.time_us, batch.chain\n",
        new="        self.number, self.time_us, self.chain = batch.number, batch.time_us, batch.chain\n"
        '        await __import__("asyncio").sleep(0.002)\n'
        "        draft = Draft(self.rows)\n        draft.write(batch)\n        draft.keep()\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C25 C26", name="an offset without compare-and-swap (seed 0)",
        file="trueman/db_updater/memory_tables.py",
        old="        if (self.number, self.owner) != (batch.after, owner):\n",
        new="        if self.owner != owner:\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C26", name="an updater that does not see that another has taken over (seed 0)",
        file="trueman/db_updater/service.py",
        old="                if owner != self.owner:\n",
        new="                if not owner and not self.owner:\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C28", name="an updater at rest does not look where its tables are (seed 0)",
        file="trueman/db_updater/service.py",
        old="                if batch is None:\n",
        new="                if batch is None and self.stop.is_set():\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C3 C4", name="an append in doubt is said not to be written (seed 0)",
        file="trueman/infra/writer.py",
        old='                logger.warning("append outcome unknown", commands=len(batch), error=str(error))\n',
        new="                self._fail(tags, LogUnavailable(str(error)))\n",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C4", name="not found is final before everything is decided (seed 0)",
        file="trueman/api/binance/reads.py",
        old="    await _soon(state.live.reached(moment.last_command))\n",
        new="",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C2 C4", name="a deposit in doubt gives its number to the next (seed 0)",
        file="trueman/api/wallet_operations.py",
        old="        except NOT_WRITTEN:\n            await wallet_operations.withdraw_number(",
        new="        except (*NOT_WRITTEN, OutcomeUnknown):\n            await wallet_operations.withdraw_number(",
        test=f"{SEEDS}[1]",
    ),
    Defence(
        point="C2", name="a deposit in doubt waits for the next start (seed 0)",
        file="trueman/api/server.py",
        old="            await state.wallet.settle_all()\n",
        new="            if rounds == 0:\n                await state.wallet.settle_all()\n",
        test=f"{SEEDS}[1]",
    ),
)  # fmt: skip
