"""C17: real processes, Valkey and PostgreSQL. A primary is paused for longer than its lease, and then goes on."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.engine.day import decided, entries_of, require_whole
from tests.engine.standby import seen
from tests.reference.stream_world import world
from trueman.core.codec import encode
from trueman.core.commands import SetMarketStatus
from trueman.core.units import TRADING
from trueman.infra.service import EXIT_FENCED
from trueman.infra.valkey_log import ValkeyLog

PATIENCE_SECONDS = 60
OPEN = encode(SetMarketStatus(99, 1, TRADING))


async def started(environment: dict[str, str], *role: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "trueman.cli", "engine", *role), env=environment, stderr=asyncio.subprocess.DEVNULL
    )


async def stands_at(log: ValkeyLog, number: int) -> None:
    """A shadow has given a sign of life since we asked, and has compared everything."""
    signs = (await log.heartbeat()).standby_beats
    await seen(
        log,
        lambda now: now.standby_beats > signs and now.standby_at >= number,
        within_seconds=PATIENCE_SECONDS,
    )


@pytest.mark.timeout(240)
async def test_a_primary_that_slept_through_its_lease_ends_when_it_wakes_and_comes_back_as_a_shadow(
    database_url: str, valkey_url: str, tmp_path: Path
) -> None:
    """C17: nothing of the old epoch stands behind the new one, and its exit code lets nobody start it as primary."""
    urls = {"DATABASE_URL": database_url, "VALKEY_URL": valkey_url, "TRUEMAN_DATA": str(tmp_path)}
    environment = os.environ | urls | {"TRUEMAN_VALKEY_DURABLE": "0", "TRUEMAN_LEASE_SECONDS": "1"}
    log = await ValkeyLog.connect(valkey_url, durable=False)
    running = [await started(environment)]
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await log.exists():  # noqa: ASYNC110 - the log has no event for its own making
                await asyncio.sleep(0.05)
        opening = world(1)
        _, last = await log.append_commands(len(opening), b"".join(map(encode, opening)))
        await decided(log, last, within_seconds=PATIENCE_SECONDS)
        running.append(await started(environment, "--shadow"))
        await stands_at(log, last)
        running[0].send_signal(signal.SIGSTOP)
        _, last = await log.append_commands(1, OPEN)
        await decided(log, last, within_seconds=PATIENCE_SECONDS)
        assert (await log.heartbeat()).epoch == 2
        running[0].send_signal(signal.SIGCONT)
        assert await asyncio.wait_for(running[0].wait(), 10) == EXIT_FENCED
        running.append(await started(environment, "--shadow"))
        _, last = await log.append_commands(1, OPEN)
        await stands_at(log, last)
        assert (await log.heartbeat()).epoch == 2
        for process in (running[2], running[1]):
            process.terminate()
            assert await asyncio.wait_for(process.wait(), 30) == 0
    finally:
        for process in running:
            if process.returncode is None:
                process.kill()
                await process.wait()
    epochs = [entry.epoch for entry in await entries_of(log)]
    assert epochs == sorted(epochs)
    assert set(epochs) == {1, 2}
    await require_whole(log)
    await log.close()
