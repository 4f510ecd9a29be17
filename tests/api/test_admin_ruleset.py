"""C36: an administrator switches to newer rules, in the midst of trading, and the door lets nothing else through."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.api.conftest import InProcess, engine_and_updater, serving
from tests.api.test_trading_routes import placed
from trueman.core.exchange import Exchange
from trueman.core.rulesets import FIRST_RULESET, NEWEST_RULESET
from trueman.infra.memory_log import MemoryLog
from trueman.infra.settings import Settings


@pytest.fixture
async def older(settings: Settings) -> AsyncIterator[InProcess]:
    """An exchange whose log began under the oldest rules."""
    log = MemoryLog()
    await log.create(FIRST_RULESET)
    async with (
        engine_and_updater(settings, log) as (database, stop),
        serving(settings, log, database, stop) as in_process,
    ):
        yield in_process


async def test_rules_go_one_up_in_the_midst_of_trading(older: InProcess) -> None:
    admin = await older.make_admin()
    await older.list_market(admin)
    alice = await older.sign_up("alice@example.com")
    await alice.deposit("BTC", "10")
    assert (await alice.get("/v1/admin/ruleset")).status_code == 403
    assert (await admin.get("/v1/admin/ruleset")).json() == {"current": 2, "newest": NEWEST_RULESET}
    for ruleset in (1, 2, 4, NEWEST_RULESET + 1):
        refused = await admin.post("/v1/admin/ruleset", {"ruleset": ruleset})
        assert (refused.status_code, refused.json()["field"]) == (400, "ruleset"), ruleset
    trading = [asyncio.create_task(placed(alice, quantity="0.1", price=str(60_000 + at))) for at in range(30)]
    switched = await admin.post("/v1/admin/ruleset", {"ruleset": 3})
    assert switched.json() == {"current": 3, "newest": NEWEST_RULESET}
    await asyncio.gather(*trading)
    for ruleset in (3, NEWEST_RULESET + 1):
        assert (await admin.post("/v1/admin/ruleset", {"ruleset": ruleset})).status_code == 400
    actions = [row["action"] for row in await older.database.fetch("SELECT action FROM audit_log ORDER BY id")]
    assert actions[-2:] == ["SwitchRuleset", "SwitchRuleset decided"]
    await require_one_chain(older.log)
    await require_known_to_the_next_process(older, admin.token)


async def require_one_chain(log: MemoryLog) -> None:
    exchange = Exchange(FIRST_RULESET)
    for command, event in zip(log.commands.entries, log.events.entries, strict=True):
        exchange.apply(command.first, command.last - command.first + 1, command.time_us, command.frame)
        assert exchange.chain == event.chain
    assert exchange.ruleset == 3


async def require_known_to_the_next_process(older: InProcess, token: str) -> None:
    """Its views begin in PostgreSQL, behind the switch."""
    async with asyncio.timeout(10):
        while not await older.database.fetchval("SELECT count(*) FROM ruleset_switches"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    async with serving(older.settings, older.log, older.database, asyncio.Event()) as next_process:
        shown = await next_process.http.get("/v1/admin/ruleset", headers={"Authorization": f"Bearer {token}"})
        assert shown.json()["current"] == 3


async def test_a_new_log_begins_under_the_newest_rules(exchange: InProcess) -> None:
    admin = await exchange.make_admin()
    assert (await admin.get("/v1/admin/ruleset")).json() == {"current": NEWEST_RULESET, "newest": NEWEST_RULESET}
