"""C29: PostgreSQL stops answering, or has no room, while people trade."""

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil
import pytest

from tests.api.conftest import InProcess, Person, serving
from trueman.api import remembered
from trueman.core.snapshot import RULESET
from trueman.db_updater import patience, transaction
from trueman.db_updater import service as updater
from trueman.db_updater.reconcile import reconcile
from trueman.engine import service as engine
from trueman.engine.past import state_at
from trueman.engine.snapshots import SnapshotStore
from trueman.infra import lag
from trueman.infra.database.connection import API, ENGINE, READER, UPDATER, connect_pool, migrate
from trueman.infra.database.epochs import PostgresEngineDatabase
from trueman.infra.memory_log import MemoryLog
from trueman.infra.settings import Settings
from trueman.stack.ports import free_port
from trueman.stack.servers import EmbeddedPostgres

ORDER = "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=0.001&price=60000"
COMMANDS_MAX = 60


@dataclass
class Stage:
    exchange: InProcess
    server: EmbeddedPostgres
    alice: Person

    def signal_server(self, number: signal.Signals) -> None:
        assert self.server.process is not None
        postmaster = psutil.Process(self.server.process.pid)
        for process in [postmaster, *postmaster.children(recursive=True)]:
            process.send_signal(number)

    async def place(self) -> httpx.Response:
        return await self.alice.post("/api/v3/order", content=ORDER)

    async def place_until(self, status: int) -> httpx.Response:
        async with asyncio.timeout(30):
            while (answer := await self.place()).status_code != status:
                assert answer.status_code in (200, 503), answer.text
                await asyncio.sleep(0.01)
        return answer

    async def cancel(self, order_id: int) -> httpx.Response:
        return await self.alice.call("DELETE", f"/api/v3/order?symbol=BTCUSDT&orderId={order_id}")


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lag, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(lag, "ANSWER_SECONDS_MAX", 0.1)
    monkeypatch.setattr(remembered, "ANSWER_SECONDS_MAX", 0.1)
    monkeypatch.setattr(patience, "RETRY_SECONDS_MAX", 0.1)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Every part over a PostgreSQL of its own that can be stopped."""
    server = EmbeddedPostgres(tmp_path / "postgres", free_port(), durable=False)
    await asyncio.to_thread(server.start)
    await migrate(server.url)
    settings = Settings(
        data=tmp_path, database_url=server.url, faucet=True, snapshot_commands=20, log_keep_commands=0,
        lag_alarm_commands=COMMANDS_MAX // 2, lag_commands_max=COMMANDS_MAX,
    )  # fmt: skip
    log, stop = MemoryLog(), asyncio.Event()
    await log.create(RULESET)
    async with (
        await connect_pool(server.url, API) as people,
        await connect_pool(server.url, UPDATER) as tables,
        await connect_pool(server.url, ENGINE) as epochs,
        asyncio.TaskGroup() as parts,
    ):
        parts.create_task(engine.run(settings, log, PostgresEngineDatabase(epochs), stop))
        parts.create_task(updater.run(settings, log, tables, stop))
        async with serving(settings, log, people, stop) as exchange:
            await exchange.list_market(await exchange.make_admin())
            alice = await exchange.sign_up("alice@example.com")
            await alice.deposit("BTC", "10")
            yield Stage(exchange, server, alice)
            stop.set()
    await asyncio.to_thread(server.stop)


async def require_agreement(stage: Stage) -> None:
    """Once the tables have caught up they hold what the engine decided, to the last atom."""
    exchange = stage.exchange
    async with await connect_pool(stage.server.url, READER) as reader:
        async with asyncio.timeout(20):
            while await lag_of(reader, exchange.log):  # noqa: ASYNC110 - another task catches up
                await asyncio.sleep(0.02)
        snapshots = SnapshotStore(exchange.settings.data / "snapshots")
        report = await reconcile(reader, lambda number: state_at(exchange.log, snapshots, number), RULESET)
    assert report.agrees, report.lines()


async def lag_of(reader: asyncpg.Pool, log: MemoryLog) -> int:
    return log.events.last - int(await reader.fetchval("SELECT number FROM stream_offset"))


async def test_while_postgres_hangs_orders_are_refused_cancels_taken_and_all_ends_well(stage: Stage) -> None:
    """C29: lag 1 alarms, lag 2 refuses new orders with 503; the engine never waits."""
    resting = (await stage.place()).json()["orderId"]
    stage.signal_server(signal.SIGSTOP)
    try:
        refused = await stage.place_until(503)
        assert refused.json() == {
            "code": -1008,
            "msg": "New orders are not taken at this moment, cancels are. Please try again later.",
        }
        assert int(refused.headers["retry-after"]) > 0
        lag_now = stage.exchange.state.lag.lag
        assert COMMANDS_MAX <= lag_now.commands < 3 * COMMANDS_MAX
        gone = await stage.cancel(resting)
        assert (gone.status_code, gone.json()["status"]) == (200, "CANCELED")
        assert stage.exchange.log.events.last == stage.exchange.log.commands.last
    finally:
        stage.signal_server(signal.SIGCONT)
    await stage.place_until(200)
    await require_agreement(stage)
    ready: dict[str, Any] = (await stage.exchange.http.get("/readyz")).json()
    assert (ready["ready"], ready["newOrders"]) == (True, "taken")


async def test_a_full_disk_is_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """C29: nothing is written by halves, and nothing is given up."""
    write, is_full = transaction.write, True

    async def write_or_not(connection: Any, batch: Any, owner: str) -> None:
        await write(connection, batch, owner)
        if is_full:  # PostgreSQL says so in the midst of whatever it is doing: in a transaction, nothing is left of it
            raise asyncpg.DiskFullError("could not extend file: No space left on device")

    async def inside(connection: Any, batch: Any, owner: str) -> None:
        async with connection.transaction():
            await write_or_not(connection, batch, owner)

    monkeypatch.setattr(transaction, "write", inside)
    await stage.place_until(503)
    is_full = False
    await stage.place_until(200)
    await require_agreement(stage)
