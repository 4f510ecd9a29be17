"""A closed desk pays nobody, whoever restored what; an operator opens it."""

import asyncio

import asyncpg
import pytest

from tests.api.conftest import InProcess, Person, serving
from tests.api.test_payouts import WITHDRAWAL, Chain, chain, locked, newest
from trueman.api.desk_switch import NOTE, Seen, Switch, went_back
from trueman.infra.database import audit, payout_desk
from trueman.infra.database.connection import API, connect_pool
from trueman.infra.database.payout_desk import Place
from trueman.infra.memory_log import MemoryLog

__all__ = ["chain"]

DESK = "/v1/admin/payout-desk"
HERE = Place("1.1", 100, 5_000, 5_000)
KNOWN = Seen("1.1", 4_000, 90)


async def test_a_closed_desk_pays_nobody_and_an_open_one_goes_on(
    exchange: InProcess, chain: Chain, alice: Person, admin: Person
) -> None:
    """C28: what was reserved before waits, what is asked for now is refused in words, nothing is taken."""
    switch = exchange.state.wallet.desk.switch
    chain.fault = "dies before"
    await alice.post("/v1/wallet/withdrawals", WITHDRAWAL | {"clientId": "first"})
    await exchange.database.execute("UPDATE wallet_operations SET payout = 'reserved' WHERE payout = 'broadcasting'")
    chain.fault = ""
    shown = (await admin.post(f"{DESK}/close", {"reason": "restored"})).json()
    assert (shown["open"], shown["why"], shown["changedBy"]) == (False, "restored", admin.email)
    assert shown["waiting"] == [{"step": "reserved", "asset": "BTC", "withdrawals": 1, "amount": "1.50000000"}]
    assert await exchange.state.wallet.desk.run() == 1
    refused = await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)
    assert (refused.status_code, refused.json()["code"]) == (503, -1001)
    assert "Withdrawals are closed for now" in refused.json()["msg"]
    again = await alice.post("/v1/wallet/withdrawals", WITHDRAWAL | {"clientId": "first"})
    assert again.json()["state"] == "processing", "what was asked for before is told again"
    assert len(chain.payments) == 1
    assert (await alice.free("BTC"), await locked(alice)) == ("8.50000000", "1.50000000")
    assert (await exchange.http.get("/readyz")).json()["withdrawals"] == "closed"
    assert "trueman_payout_desk_closed 1.0" in (await exchange.http.get("/metrics")).text
    assert not await switch.close("later", "x"), "the first reason stays"

    shown = (await admin.post(f"{DESK}/open", {"reason": "compared"})).json()
    assert (shown["open"], shown["why"]) == (True, "compared")
    assert await exchange.state.wallet.desk.run() == 0
    assert (await newest(alice))["state"] == "done"
    assert (await exchange.http.get("/readyz")).json()["withdrawals"] == "open"
    actions = [row["action"] for row in await exchange.database.fetch("SELECT action FROM audit_log ORDER BY id")]
    assert actions[-2:] == ["ClosePayoutDesk", "OpenPayoutDesk"]
    assert await audit.first_broken(exchange.database) is None


async def test_the_database_itself_keeps_a_closed_desk_from_paying(
    exchange: InProcess, chain: Chain, alice: Person
) -> None:
    """C28: it is closed between the look at the switch and the payment, while the custody is asked what it knows."""
    find = chain.find

    async def find_and_close(key: str) -> str | None:
        await payout_desk.close(exchange.database, "just now", 1, "x")
        return await find(key)

    chain.find = find_and_close  # type: ignore[method-assign]
    assert (await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)).json()["state"] == "processing"
    assert chain.payments == []


async def test_it_stays_closed_for_the_next_process_and_paid_ones_are_settled(
    exchange: InProcess, chain: Chain, alice: Person
) -> None:
    """C28 C34: closed is who asks the custody to pay; what was paid leaves the books all the same."""
    chain.fault = "dies after"
    await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)
    await exchange.state.wallet.desk.switch.close("restored", "trueman restore")
    async with serving(exchange.settings, exchange.log, exchange.database, asyncio.Event()) as twin:
        twin.state.wallet.desk._custody = chain
        assert not (await twin.state.wallet.desk.switch.look()).is_open
        assert await twin.state.wallet.desk.run() == 0
    assert (await newest(alice))["state"] == "done"


async def test_a_database_that_was_brought_back_closes_the_desk_by_itself(
    exchange: InProcess, chain: Chain, alice: Person, admin: Person, database_url: str
) -> None:
    """C28: PostgreSQL alone is restored, by whatever means; nobody tells the exchange."""
    switch = exchange.state.wallet.desk.switch
    assert (await switch.look()).is_open
    owner = await asyncpg.connect(database_url)
    await owner.execute("CREATE TABLE brought_back (LIKE wallet_operations INCLUDING ALL)")
    await owner.execute("INSERT INTO brought_back SELECT * FROM wallet_operations")
    await owner.execute("DROP TABLE wallet_operations")
    await owner.execute("ALTER TABLE brought_back RENAME TO wallet_operations")
    await owner.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON wallet_operations TO trueman_api")
    await owner.close()
    refused = await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)
    assert refused.status_code == 503
    assert chain.payments == []
    shown = (await admin.get(DESK)).json()
    assert "may not know of payments" in shown["why"]
    assert shown["changedBy"] == "the exchange itself"
    await admin.post(f"{DESK}/open", {"reason": "compared with the custodian"})
    assert (await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)).json()["state"] == "done"


async def test_the_log_keeps_what_postgresql_was(exchange: InProcess, database_url: str) -> None:
    """C28: the offset counts only once no crash of PostgreSQL can take it back."""
    await exchange.state.wallet.desk.switch.look()
    async with await connect_pool(database_url, API) as pool:
        switch = Switch(exchange.log, pool, exchange.state.clock_us)
        await switch.look()
        assert NOTE in exchange.log._notes  # type: ignore[attr-defined]
        await exchange.log.note(NOTE, '{"identity":"another","flushed":1,"offset":1}')
        assert "PostgreSQL is another" in (await switch.look()).why


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        (HERE, ""),
        (HERE._replace(identity="2.1"), "another than"),
        (HERE._replace(flushed=3_999), "went back"),
        (HERE._replace(offset=89), "went back"),
    ],
)
def test_what_says_that_a_database_went_back(place: Place, fault: str) -> None:
    """C28"""
    found = went_back(KNOWN, place)
    assert fault in found
    assert bool(found) == bool(fault)


async def test_a_switch_wants_a_reason(exchange: InProcess, admin: Person, alice: Person) -> None:
    for path in ("open", "close"):
        refused = await admin.post(f"{DESK}/{path}", {"reason": "  "})
        assert (refused.status_code, refused.json()["field"]) == (400, "reason")
        assert (await alice.post(f"{DESK}/{path}", {"reason": "mine"})).status_code == 403
    assert (await admin.get(DESK)).json()["open"]


@pytest.mark.parametrize(
    "after_crash",
    [
        pytest.param(Place("1.1", 101, 6_000, 6_000, started_us=2), id="another server process"),
        pytest.param(Place("1.1", 90, 6_000, 6_000, started_us=1), id="a smaller offset"),
        pytest.param(Place("1.1", 101, 4_900, 4_900, started_us=1), id="a shorter log"),
    ],
)
def test_an_offset_that_a_crash_may_have_taken_back_is_not_relied_on(after_crash: Place) -> None:
    """C27: the updater's last commits may be lost; the log that is written afterwards says nothing about them."""
    switch = Switch(MemoryLog(), None, lambda: 0)  # type: ignore[arg-type]
    assert switch._surely(Place("1.1", 80, 4_000, 3_900, started_us=1)) == 0
    assert switch._surely(Place("1.1", 100, 5_000, 4_500, started_us=1)) == 80
    assert switch._surely(after_crash) == 80
    sure = after_crash._replace(flushed=after_crash.written + 10, written=after_crash.written + 20)
    assert switch._surely(sure) == after_crash.offset
