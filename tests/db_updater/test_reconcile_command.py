"""`trueman reconcile` as an operator runs it: exit code 0 while engine and database agree, 1 as soon as they do not."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import asyncpg

from tests.db_updater.recorded import follow_to_end
from tests.views.lived import DAY_START_US, Life
from trueman.core.codec import encode
from trueman.core.exchange import Exchange
from trueman.core.snapshot import RULESET
from trueman.engine.replay import decide
from trueman.infra.valkey_log import ValkeyLog


async def trade(log: ValkeyLog, frames: int) -> Exchange:
    exchange, life = Exchange(), Life(61)
    await log.create(RULESET)
    for frame in range(frames):
        commands = [life.next(DAY_START_US + frame)[0] for _ in range(40)]
        await log.append_commands(len(commands), b"".join(encode(command) for command in commands))
        (entry,) = await log.read_commands(exchange.sequence)
        await log.append_event_entries([decide(exchange, entry, 1)])
    return exchange


async def reconciled(data: Path, database_url: str, valkey_url: str) -> tuple[int | None, dict[str, Any]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "trueman.cli", "reconcile", "--json"),
        env=os.environ | {"DATABASE_URL": database_url, "VALKEY_URL": valkey_url, "TRUEMAN_DATA": str(data)},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    return process.returncode, json.loads(said)


async def test_a_planted_difference_turns_the_exit_code(
    pool: asyncpg.Pool, database_url: str, valkey_url: str, tmp_path: Path
) -> None:
    log = await ValkeyLog.connect(valkey_url, durable=False)
    exchange = await trade(log, 30)
    await follow_to_end(log, pool)
    await log.close()

    code, report = await reconciled(tmp_path, database_url, valkey_url)
    assert (code, report["agrees"], report["command"]) == (0, True, exchange.sequence)
    assert report["chain"] == exchange.chain.hex()
    assert {(total["engine"], total["database"]) for total in report["totals"]} == {(0, 0)}

    owner = await asyncpg.connect(database_url)
    await owner.execute("UPDATE balances SET available = available + 1 WHERE account = 1024 AND asset = 2")
    await owner.close()
    code, report = await reconciled(tmp_path, database_url, valkey_url)
    assert (code, report["agrees"]) == (1, False)
    assert {check["name"] for check in report["checks"] if check["differences"]} == {
        "balances are equal",
        "every asset sums to zero over all accounts",
        "ledger entries sum to the balances",
    }
    (total,) = (total for total in report["totals"] if total["asset"] == 2)
    assert (total["engine"], total["database"]) == (0, 1)


async def test_it_goes_on_for_as_long_as_it_is_let(
    pool: asyncpg.Pool, database_url: str, valkey_url: str, tmp_path: Path
) -> None:
    log = await ValkeyLog.connect(valkey_url, durable=False)
    await trade(log, 5)
    await follow_to_end(log, pool)
    await log.close()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "trueman.cli", "reconcile", "--every", "0.1"),
        env=os.environ | {"DATABASE_URL": database_url, "VALKEY_URL": valkey_url, "TRUEMAN_DATA": str(tmp_path)},
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    async with asyncio.timeout(60):
        for _ in range(2):
            while b"everything agrees" not in await process.stderr.readline():
                assert process.returncode is None
        process.terminate()
        assert await process.wait() == 0
