"""One exchange for all tests of the package; each brings its own traders, who leave the books as they found them.

A test that meddles with the clock, the limits or the engine takes `own_exchange` instead.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.api.binance.running import Running, Trader, running_exchange
from tests.conftest import database_from_template
from trueman.infra.settings import Settings
from trueman.stack.servers import EmbeddedPostgres

ROOMY: dict[str, Any] = {
    "orders_per_10_seconds": 100_000,
    "request_weight_per_minute": 10**9,
    "logins_per_minute": 10_000,
}


@pytest.fixture(scope="package")
def shared_database_url(
    postgres_server: EmbeddedPostgres, migrated_template: str, database_names: Iterator[int]
) -> Iterator[str]:
    with database_from_template(postgres_server, migrated_template, f"test_{next(database_names)}") as url:
        yield url


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def running(shared_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    data = tmp_path_factory.mktemp("exchange")
    settings = Settings(data=data, database_url=shared_database_url, faucet=True, **ROOMY)
    async with running_exchange(settings) as exchange:
        yield exchange


@pytest_asyncio.fixture(loop_scope="package")
async def maker(running: Running) -> AsyncIterator[Trader]:
    trader = await running.trader(BTC=100, USDT=10_000_000, ETH=1_000)
    yield trader
    await trader.leave()


@pytest_asyncio.fixture(loop_scope="package")
async def taker(running: Running) -> AsyncIterator[Trader]:
    trader = await running.trader(BTC=100, USDT=10_000_000, ETH=1_000)
    yield trader
    await trader.leave()


@pytest_asyncio.fixture(loop_scope="package")
async def own_exchange(database_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    limits: dict[str, Any] = {"orders_per_10_seconds": 5, "request_weight_per_minute": 200, "answer_timeout_ms": 300}
    async with running_exchange(Settings(data=tmp_path, database_url=database_url, **limits)) as exchange:
        yield exchange


@pytest_asyncio.fixture(loop_scope="package")
async def older(database_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    """Its log began under the first rules."""
    settings = Settings(data=tmp_path, database_url=database_url)
    async with running_exchange(settings, ruleset=2) as exchange:
        yield exchange
