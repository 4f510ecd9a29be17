"""C21: with real processes, Valkey and PostgreSQL: the engine dies twice, two sign, the exchange goes on."""

import asyncio
import os
import sys
from pathlib import Path

from tests.engine.day import decided
from tests.reference.stream_world import world
from tests.stack.test_skipping import Terminal, make_people
from trueman.core.codec import decode_results, encode
from trueman.core.commands import SetMarketStatus
from trueman.core.rejections import SKIPPED
from trueman.core.units import HALTED, TRADING
from trueman.engine.past import state_at
from trueman.engine.skipping import SkipList
from trueman.engine.snapshots import SnapshotStore
from trueman.infra.database.connection import API, connect_pool
from trueman.infra.database.skip_list import skips_in
from trueman.infra.valkey_log import ValkeyLog

POISONOUS = len(world(1)) + 2


class Engines:
    def __init__(self, data: Path, database_url: str, valkey_url: str) -> None:
        urls = {"DATABASE_URL": database_url, "VALKEY_URL": valkey_url, "TRUEMAN_DATA": str(data)}
        self._environment = os.environ | urls | {"TRUEMAN_VALKEY_DURABLE": "0"}

    async def start(self, *more: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.engine.poisoned", str(POISONOUS), *more),
            env=self._environment,
            stderr=asyncio.subprocess.PIPE,
        )

    async def die(self) -> tuple[int | None, str]:
        process = await self.start()
        _, said = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode, said.decode()


async def test_the_engine_dies_twice_two_sign_and_the_exchange_goes_on(
    database_url: str, valkey_url: str, tmp_path: Path
) -> None:
    """C21: exit codes 1 and 78, the message names N, dump and runbook; engine and shadow agree about the rest."""
    async with await connect_pool(database_url, API) as pool:
        await make_people(pool)
    log = await ValkeyLog.connect(valkey_url, durable=False)
    await log.create(2)
    opening = world(1)
    await log.append_commands(len(opening), b"".join(map(encode, opening)))
    asked = [SetMarketStatus(99, market, TRADING) for market in (1, 0, 1)]
    _, last = await log.append_commands(3, b"".join(map(encode, asked)))
    engines, terminal = Engines(tmp_path, database_url, valkey_url), Terminal(tmp_path, database_url, valkey_url)
    assert (await engines.die())[0] == 1
    for _ in range(2):
        code, said = await engines.die()
        assert code == 78
        assert f"Command {POISONOUS}" in said
        assert "poison-command.md" in said
    async with await connect_pool(database_url, API) as pool:
        for name in ("alice", "bob"):
            assert (await terminal.skip(f"{name}@example.com", POISONOUS, "--yes"))[0] == 0
        primary = await engines.start()
        await decided(log, last, within_seconds=60)
        shadow = await engines.start("--shadow")
        async with asyncio.timeout(60):
            while (await log.heartbeat()).standby_at < last:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        _, more = await log.append_commands(1, encode(SetMarketStatus(98, 1, TRADING)))
        await decided(log, more, within_seconds=60)
        for process in (shadow, primary):
            process.terminate()
            await asyncio.wait_for(process.communicate(), 60)
            assert process.returncode == 0
        (event, *_) = await log.read_events(len(opening))
        skipped = [result.decided for result in decode_results(event.frame) if result.decided.reason == SKIPPED]
        assert [decision.number for decision in skipped] == [POISONOUS]
        exchange = await state_at(log, SnapshotStore(tmp_path / "none"), more, SkipList(lambda: skips_in(pool)))
    assert [int(market.status) for market in exchange.listing.markets][:2] == [HALTED, TRADING]
    await log.close()
