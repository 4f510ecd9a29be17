"""PostgreSQL comes back from an older copy, the log does not: money still moves once, and nothing is forgotten."""

import asyncio
from typing import Any

import pytest

from tests.api.conftest import InProcess, Person
from tests.api.restoring import Backup, Gate
from tests.api.test_payouts import WITHDRAWAL, Chain, locked, newest
from trueman.api.payouts import key_of
from trueman.infra.database.wallet_operations import PostgresOperations
from trueman.infra.operations import BROADCASTING, CAME_BACK, PAYOUT, RETURNED, SETTLED, Asked

DEPOSITS, WITHDRAWALS = "/v1/wallet/deposits", "/v1/wallet/withdrawals"
REPORTS = "/v1/admin/chain-deposits"
ONE = {"asset": "BTC", "amount": "1"}


@pytest.fixture
def chain(exchange: InProcess) -> Chain:
    chain = Chain()
    exchange.state.wallet.desk._custody = chain
    return chain


async def brought_back(exchange: InProcess) -> None:
    """As housekeeping does it, once the updater has caught up."""
    wallet = exchange.state.wallet
    await wallet._reach(await exchange.log.last_event())
    assert await wallet.settle_all() == 0


async def listed(exchange: InProcess, alice: Person) -> list[dict[str, Any]]:
    rows = await exchange.database.fetch(
        "SELECT operation, kind, state, payout, number FROM wallet_operations WHERE account = $1 ORDER BY operation",
        alice.account,
    )
    return [dict(row) for row in rows]


async def test_what_the_tables_lost_comes_back_with_its_outcome(
    exchange: InProcess, chain: Chain, alice: Person
) -> None:
    """C28: every operation that the log has is in the list again, as it was decided."""
    backup = await Backup.take(exchange.settings.database_url)
    await alice.deposit("BTC", "1")
    await alice.post(WITHDRAWALS, {**WITHDRAWAL, "amount": "1000"})
    await alice.post(WITHDRAWALS, WITHDRAWAL)
    before, balance = await listed(exchange, alice), await alice.free("BTC")
    assert [row["kind"] for row in before] == ["deposit", "deposit", "deposit", "payout", "payout", "settlement"]
    await backup.restore()
    assert len(await listed(exchange, alice)) == 2
    await brought_back(exchange)
    assert await exchange.state.wallet.desk.run() == 0
    assert await listed(exchange, alice) == before
    assert await alice.free("BTC") == balance
    assert sum(chain.sent.values()) == 1


async def test_the_next_operation_after_a_restore_is_taken_at_once(exchange: InProcess, alice: Person) -> None:
    """C28: its number is the next of the log's, not of the list's; three like it that were lost are not it."""
    backup = await Backup.take(exchange.settings.database_url)
    for _ in range(3):
        await alice.deposit("BTC", "1")
    await backup.restore()
    await alice.deposit("BTC", "1")
    await alice.deposit("USDT", "7")
    assert (await alice.free("BTC"), await alice.free("USDT")) == ("14.00000000", "100007.00000000")
    await brought_back(exchange)
    rows = await listed(exchange, alice)
    assert [row["operation"] for row in rows] == list(range(1, 8))
    assert {row["state"] for row in rows} == {"done"}


@pytest.mark.parametrize(("lost_before", "lost_after"), [(0, 0), (0, 2), (2, 0), (1, 1)])
async def test_what_was_asked_by_name_before_a_restore_is_not_done_again(
    exchange: InProcess, alice: Person, lost_before: int, lost_after: int
) -> None:
    """C28 C34: whoever asks again under his client id is told what came of it, be it the first or last that was lost.

    The first has the very number that the list gives next, any other is known by its mark alone.
    """
    backup = await Backup.take(exchange.settings.database_url)
    for _ in range(lost_before):
        await alice.deposit("USDT", "1")
    named = {**WITHDRAWAL, "clientId": "rent"}
    first = (await alice.post(WITHDRAWALS, named)).json()
    for _ in range(lost_after):
        await alice.deposit("USDT", "1")
    await backup.restore()
    asked = Asked(PAYOUT, alice.account, 0, 150_000_000, "bc1", "rent")
    answers = await asyncio.gather(*[exchange.state.wallet.perform(asked) for _ in range(4)])
    assert {(f"{told.account}-{told.operation}", told.address) for told in answers} == {(first["id"], "bc1")}
    await brought_back(exchange)
    await exchange.state.wallet.desk.run()
    assert (await newest(alice))["state"] == "done"
    assert (await alice.free("BTC"), await locked(alice)) == ("8.50000000", "0.00000000")


async def test_requests_while_the_tables_catch_up_are_unknown_and_then_done_once(
    exchange: InProcess, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C28 C29: until the tables say whose number it was, nobody is told anything that could turn out wrong."""
    gate = Gate(monkeypatch)
    exchange.state.wallet._tables_seconds = 0.1
    backup = await Backup.take(exchange.settings.database_url)
    await alice.post(DEPOSITS, {**ONE, "clientId": "old"})
    await alice.post(DEPOSITS, {**ONE, "amount": "2", "clientId": "older"})
    named = ({**ONE, "clientId": "old"}, {**ONE, "clientId": "new"})
    with gate.shut():
        await backup.restore()
        answers = [await alice.post(DEPOSITS, body) for body in named]
        told = [(answer.status_code, answer.json()["code"]) for answer in answers]
        assert told == [(504, -1007), (503, -1001)], "the first is unknown, the second waits for it and was not done"
        assert await exchange.state.wallet.settle_all() == 1
        assert await alice.free("BTC") == "13.00000000"
    exchange.state.wallet._tables_seconds = 5.0
    await brought_back(exchange)
    for body in named:
        assert (await alice.post(DEPOSITS, body)).status_code == 201
    assert await alice.free("BTC") == "14.00000000"
    rows = await listed(exchange, alice)
    assert [row["operation"] for row in rows] == list(range(1, len(rows) + 1))


async def test_a_withdrawal_paid_before_a_restore_is_neither_paid_twice_nor_forgotten(
    exchange: InProcess, chain: Chain, alice: Person
) -> None:
    """C28 C34: it comes back in doubt, and the custody knows it by the name that the log gives it."""
    backup = await Backup.take(exchange.settings.database_url)
    chain.fault = "dies after"
    assert (await alice.post(WITHDRAWALS, WITHDRAWAL)).json()["state"] == "processing"
    chain.fault = ""
    await backup.restore()
    await brought_back(exchange)
    [back] = await PostgresOperations(exchange.database).unfinished()
    assert (back.payout, back.trouble, back.address) == (BROADCASTING, CAME_BACK, "")
    assert list(chain.sent) == [key_of(back)]
    assert await exchange.state.wallet.desk.run() == 0
    assert (await newest(alice))["txid"] == f"tx-{key_of(back)}"
    assert len(chain.payments) == sum(chain.sent.values()) == 1
    assert (await alice.free("BTC"), await locked(alice)) == ("8.50000000", "0.00000000")


async def test_a_lost_withdrawal_that_nobody_knows_to_be_paid_waits_for_an_operator(
    exchange: InProcess, chain: Chain, alice: Person
) -> None:
    """C28 C34: its address is lost, and whether it was sent; nothing is sent, the money stays put aside."""
    backup = await Backup.take(exchange.settings.database_url)
    chain.fault = "dies before"
    await alice.post(WITHDRAWALS, WITHDRAWAL)
    chain.fault = ""
    await backup.restore()
    await brought_back(exchange)
    assert await exchange.state.wallet.desk.run() == 1
    assert len(chain.payments) == 1
    assert (await alice.free("BTC"), await locked(alice)) == ("8.50000000", "1.50000000")


@pytest.mark.parametrize(("fault", "end"), [("refuses", RETURNED), ("", SETTLED)])
async def test_what_ended_before_a_restore_is_not_paid_by_tables_that_say_reserved(
    exchange: InProcess, chain: Chain, alice: Person, monkeypatch: pytest.MonkeyPatch, fault: str, end: str
) -> None:
    """C28 C34: the copy has it reserved, the log has it returned: the money is the owner's again, and stays his."""
    exchange.state.wallet.desk._custody = Silent()
    assert (await alice.post(WITHDRAWALS, WITHDRAWAL)).json()["state"] == "processing"
    backup = await Backup.take(exchange.settings.database_url)
    exchange.state.wallet.desk._custody, chain.fault = chain, fault
    assert await exchange.state.wallet.desk.run() == 0
    ended = await listed(exchange, alice)
    assert ended[2]["payout"] == end
    chain.fault = ""
    asked = len(chain.payments)
    await backup.restore()
    await exchange.state.wallet.desk.switch.open_again("somebody was too quick", "a test")
    assert await exchange.state.wallet.desk.run() == 0
    assert len(chain.payments) == asked, "nobody was asked to pay again"
    await brought_back(exchange)
    assert await listed(exchange, alice) == ended
    assert await locked(alice) == "0.00000000"


class Silent:
    """A custody that is away."""

    async def pay(self, payment: object) -> str:
        raise ConnectionError("away")

    async def find(self, key: str) -> str | None:
        raise ConnectionError("away")


async def test_a_chains_deposit_credited_before_a_restore_is_not_credited_again(
    exchange: InProcess, admin: Person, alice: Person
) -> None:
    """C28 C35: its place in the chain is known by the log's mark, although both tables that named it are older."""
    report = {"chain": "bitcoin", "txid": "ab12", "index": 0, "account": alice.account, "asset": "BTC", "amount": "2"}
    final = {**report, "confirmations": 9}
    backup = await Backup.take(exchange.settings.database_url)
    assert (await admin.post(REPORTS, final)).status_code == 200
    assert (await admin.post(REPORTS, {**final, "index": 1})).status_code == 200
    await backup.restore()
    for index in (1, 0, 2):
        assert (await admin.post(REPORTS, {**final, "index": index})).status_code == 200
    assert await alice.free("BTC") == "16.00000000"
