"""Withdrawals are paid at most once, deposits credited at most once and never before they are final."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from tests.api.conftest import InProcess, Person
from trueman.api.composition import build_state
from trueman.api.payouts import Desk
from trueman.errors import LogUnavailable
from trueman.infra.custody import NoCustody, Payment, PaymentRefused
from trueman.infra.database import wallet_operations
from trueman.infra.database.wallet_operations import PostgresOperations
from trueman.infra.operations import REFUSED, RETURN, SETTLEMENT, Asked, Operation

WITHDRAWAL = {"asset": "BTC", "amount": "1.5", "address": "bc1"}
REPORTS = "/v1/admin/chain-deposits"
SEEN, CREDITED = ({"state": state, "reason": ""} for state in ("seen", "credited"))

NEVER_SECONDS = 20
"""Longer than anybody here waits, and over before a test that waits for it in vain would hang."""


class Chain:
    """A custody whose answers get lost, before or after the payment."""

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()
        self.payments: list[Payment] = []
        self.fault = ""
        self.answers = True
        self.broken = "none"
        """Whoever asks about a payment whose key begins so meets an error of the custody's own."""

    async def pay(self, payment: Payment) -> str:
        self.payments.append(payment)
        await asyncio.sleep(0)
        if self.fault == "never answers":
            await asyncio.sleep(NEVER_SECONDS)
            raise ConnectionError("away")
        if self.fault == "refuses":
            raise PaymentRefused("no such address")
        if self.fault == "dies before":
            raise ConnectionError("lost before it was sent")
        if self.fault == "own error":
            raise KeyError("an answer that the client does not understand")
        self.sent[payment.key] += 1
        if self.fault == "dies after":
            raise ConnectionError("lost after it was sent")
        return f"tx-{payment.key}"

    async def find(self, key: str) -> str | None:
        if key.startswith(self.broken):
            raise KeyError("an answer that the client does not understand")
        return f"tx-{key}" if self.answers and self.sent[key] else None


@pytest.fixture
def chain(exchange: InProcess) -> Chain:
    chain = Chain()
    exchange.state.wallet.desk._custody = chain
    return chain


async def newest(alice: Person) -> dict[str, Any]:
    item: dict[str, Any] = (await alice.get("/v1/wallet/history?kind=withdrawal")).json()["items"][0]
    return item


async def locked(alice: Person) -> str:
    balances = (await alice.get("/v1/wallet/balances")).json()["balances"]
    return next(str(balance["locked"]) for balance in balances if balance["asset"] == "BTC")


async def test_a_withdrawal_is_reserved_paid_and_settled(chain: Chain, alice: Person) -> None:
    told = (await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)).json()
    [payment] = chain.payments
    assert payment.key.startswith(f"{alice.account}-3-")
    assert payment == Payment(payment.key, "BTC", "1.50000000", "bc1")
    assert (told["kind"], told["state"], told["txid"]) == ("withdrawal", "done", f"tx-{payment.key}")
    assert (await alice.free("BTC"), await locked(alice)) == ("8.50000000", "0.00000000")


async def test_a_sender_who_dies_after_sending_has_sent_once(exchange: InProcess, chain: Chain, alice: Person) -> None:
    """C34: the custody proves that it was sent; nothing is sent again."""
    chain.fault = "dies after"
    told = (await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)).json()
    assert told["state"] == "processing"
    assert (await alice.free("BTC"), await locked(alice)) == ("8.50000000", "1.50000000")
    chain.answers = False
    assert await exchange.state.wallet.desk.run() == 1, "no proof: it stays in doubt"
    chain.answers, chain.fault = True, ""
    assert await exchange.state.wallet.desk.run() == 0
    assert (await newest(alice))["state"] == "done"
    assert await locked(alice) == "0.00000000"
    assert len(chain.payments) == sum(chain.sent.values()) == 1


async def test_what_was_paid_is_not_paid_again_by_tables_that_went_back(
    exchange: InProcess, chain: Chain, alice: Person
) -> None:
    """C28 C34: a restored copy says "reserved" of what was paid after it was taken; the custody knows better."""
    await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)
    await exchange.state.database.execute(
        "UPDATE wallet_operations SET payout = 'reserved', txid = '' WHERE payout = 'settled'"
    )
    assert await exchange.state.wallet.desk.run() == 0
    assert len(chain.payments) == sum(chain.sent.values()) == 1
    assert (await newest(alice))["state"] == "done"
    assert (await alice.free("BTC"), await locked(alice)) == ("8.50000000", "0.00000000")


async def test_a_sender_who_dies_before_sending_does_not_send_by_himself(
    exchange: InProcess, chain: Chain, alice: Person
) -> None:
    """C34: without proof nothing is sent again, and the money is neither gone nor spendable."""
    chain.fault = "dies before"
    await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)
    chain.fault = ""
    for _ in range(3):
        assert await exchange.state.wallet.desk.run() == 1
    assert len(chain.payments) == 1
    assert (await newest(alice))["state"] == "processing"
    assert (await alice.free("BTC"), await locked(alice)) == ("8.50000000", "1.50000000")


async def test_those_in_doubt_keep_nobody_from_being_paid(
    exchange: InProcess, chain: Chain, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain.fault = "dies before"
    await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)
    await exchange.state.database.execute("UPDATE wallet_operations SET created_us = 0 WHERE payout = 'broadcasting'")
    await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)
    await exchange.state.database.execute(
        "UPDATE wallet_operations SET payout = 'reserved' WHERE created_us > 0 AND payout = 'broadcasting'"
    )
    chain.fault = ""
    monkeypatch.setattr(wallet_operations, "UNFINISHED_ROWS_MAX", 1)
    await exchange.state.wallet.desk.run()
    assert (await newest(alice))["state"] == "done"


async def test_what_was_surely_not_sent_comes_back(chain: Chain, alice: Person) -> None:
    chain.fault = "refuses"
    assert (await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)).json()["state"] == "failed"
    assert (await alice.free("BTC"), await locked(alice)) == ("10.00000000", "0.00000000")


async def test_many_desks_pay_and_settle_once(
    exchange: InProcess, chain: Chain, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C34: of many who find it reserved one pays; who dies between payment and settlement leaves it to the next."""
    desk = exchange.state.wallet.desk

    async def away(self: Desk, operation: Operation) -> Operation:
        raise LogUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(Desk, "_pay", away)
        assert (await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)).json()["state"] == "processing"
    with monkeypatch.context() as patched:
        patched.setattr(Desk, "_end", away)
        [seen] = await PostgresOperations(exchange.database).unfinished()
        chain.answers = False  # it does not know yet what it is being asked for
        await asyncio.gather(*[desk.go_on(seen) for _ in range(5)])
        chain.answers = True
    await asyncio.gather(*[desk.run() for _ in range(5)])
    assert await desk.run() == 0
    assert sum(chain.sent.values()) == 1
    assert (await alice.free("BTC"), await locked(alice)) == ("8.50000000", "0.00000000")


async def test_a_custody_that_raises_whatever_it_likes_stops_no_other(
    exchange: InProcess, chain: Chain, alice: Person, bob: Person
) -> None:
    """C34: a fault of the custody's client leaves its withdrawal in doubt; the desk lives and pays the others."""
    chain.fault = "own error"
    assert (await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)).json()["state"] == "processing"
    chain.fault, chain.broken = "", f"{alice.account}-"
    with_bob = (await bob.post("/v1/wallet/withdrawals", WITHDRAWAL)).json()
    assert with_bob["state"] == "done"
    assert await exchange.state.wallet.desk.run() == 1
    assert exchange.state.wallet.desk.faults == 2
    assert (await newest(alice))["state"] == "processing"
    assert [payment.key.split("-")[0] for payment in chain.payments] == [str(alice.account), str(bob.account)]


async def test_a_settlement_that_was_skipped_is_an_alarm(
    exchange: InProcess, chain: Chain, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C34: what was paid and could not be settled stays reserved and is told; the next one is paid and settled."""
    wallet, desk = exchange.state.wallet, exchange.state.wallet.desk
    in_turn = wallet.in_turn

    async def skipped(asked: Asked) -> Operation:
        if asked.account == alice.account and asked.kind in (SETTLEMENT, RETURN):
            kind, account, asset, amount, address, name = asked
            return Operation(account, 9, kind, asset, amount, address, name, REFUSED, 99, 1, 0)
        return await in_turn(asked)

    with monkeypatch.context() as patched:
        patched.setattr(wallet, "in_turn", skipped)
        for person in (alice, bob):
            assert (await person.post("/v1/wallet/withdrawals", WITHDRAWAL)).status_code == 201
        assert await desk.run() == 1
        assert desk.faults == 2
    assert await locked(alice) == "1.50000000"
    assert await locked(bob) == "0.00000000"
    assert await desk.run() == 0, "settled when that can be done"
    assert len(chain.payments) == 2


async def test_without_a_custody_nothing_is_paid_on_paper(exchange: InProcess, alice: Person) -> None:
    """C34: paper is for the demo alone; elsewhere a withdrawal is refused, and the money stays."""
    settings = exchange.settings.model_copy(update={"faucet": False})
    exchange.state.wallet.desk = build_state(settings, exchange.log, exchange.database).wallet.desk
    refused = await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)
    assert (refused.status_code, "no custody" in refused.json()["msg"]) == (403, True)
    assert (await alice.free("BTC"), await locked(alice)) == ("10.00000000", "0.00000000")


async def test_a_custody_that_never_answers_keeps_nobody_waiting(
    exchange: InProcess, chain: Chain, alice: Person, bob: Person
) -> None:
    """C34: what it was asked to pay is in doubt then, and asked about again; nothing is sent again."""
    desk = exchange.state.wallet.desk
    desk._terms = desk._terms._replace(timeout_seconds=0.05)
    chain.fault = "never answers"
    async with asyncio.timeout(5):
        told = (await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)).json()
    assert told["state"] == "processing"
    [doubtful] = await PostgresOperations(exchange.database).unfinished()
    assert doubtful.payout == "broadcasting"
    assert "the custody did not say in time whether it has paid (0.05 s)" in doubtful.trouble
    chain.fault = ""
    assert (await bob.post("/v1/wallet/withdrawals", WITHDRAWAL)).json()["state"] == "done"
    chain.sent[chain.payments[0].key] += 1  # it has paid after all
    assert await desk.run() == 0
    assert (await newest(alice))["state"] == "done"
    assert len(chain.payments) == 2


async def test_what_was_reserved_is_not_sent_while_its_account_may_not_withdraw(
    exchange: InProcess, chain: Chain, admin: Person, alice: Person
) -> None:
    """C34: an account that was stopped in between is stopped; what is already asked for takes its way."""
    desk, terms = exchange.state.wallet.desk, f"/v1/admin/accounts/{alice.account}/terms"
    pays, desk._custody = desk._custody, NoCustody()
    operation = await exchange.state.wallet.perform(Asked("payout", alice.account, 0, 150_000_000, "bc1", "rent"))
    assert operation.payout == "reserved"
    desk._custody = pays
    await admin.call("PUT", terms, {"mayWithdraw": False})
    assert await desk.run() == 1
    [waits] = await PostgresOperations(exchange.database).unfinished()
    assert (waits.payout, "may not withdraw now" in waits.trouble, chain.payments) == ("reserved", True, [])
    await admin.call("PUT", terms, {"mayWithdraw": True})
    assert await desk.run() == 0
    assert (await newest(alice))["state"] == "done"


async def test_a_halted_market_and_a_stopped_account_keep_no_payment_from_being_settled(
    exchange: InProcess, chain: Chain, admin: Person, alice: Person
) -> None:
    """C34: what was sent leaves the books, whatever was switched off since it was reserved."""
    chain.fault = "dies after"
    await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)
    await admin.call("PUT", f"/v1/admin/accounts/{alice.account}/terms", {"mayWithdraw": False, "mayTrade": False})
    await admin.post("/v1/admin/markets/BTCUSDT/halt")
    assert await exchange.state.wallet.desk.run() == 0
    assert (await alice.free("BTC"), await locked(alice)) == ("8.50000000", "0.00000000")


async def test_nobody_can_take_the_name_of_a_settlement(alice: Person) -> None:
    """C34: the names of the desk's own operations are none that a caller can choose."""
    taken = await alice.post("/v1/wallet/deposits", {"asset": "BTC", "amount": "1", "clientId": "settlement 4"})
    assert (taken.status_code, taken.json()["field"]) == (400, "clientId")


def reported(alice: Person, **changes: Any) -> dict[str, Any]:
    seen = {"chain": "bitcoin", "txid": "ab12", "index": 0, "account": alice.account, "asset": "BTC", "amount": "2"}
    return {**seen, "confirmations": 1, **changes}


async def test_a_deposit_is_credited_once_and_only_when_it_is_final(admin: Person, alice: Person) -> None:
    """C35: however often it is reported, and by however many at once."""
    for confirmations in (0, 1, 5):
        seen = await admin.post(REPORTS, reported(alice, confirmations=confirmations))
        assert seen.json() == SEEN, seen.text
        assert await alice.free("BTC") == "10.00000000"
    final = [admin.post(REPORTS, reported(alice, confirmations=count)) for count in (6, 6, 7, 8)]
    assert {answer.json()["state"] for answer in await asyncio.gather(*final)} == {"credited"}
    assert (await admin.post(REPORTS, reported(alice, confirmations=2))).json() == CREDITED
    assert await alice.free("BTC") == "12.00000000"
    assert (await admin.post(REPORTS, reported(alice, index=1, confirmations=9))).json() == {
        "state": "credited",
        "reason": "",
    }
    assert await alice.free("BTC") == "14.00000000"


async def test_what_the_chain_takes_back_was_never_spendable(admin: Person, alice: Person) -> None:
    """C35: a reorganisation before it is final; the transaction may come again."""
    await admin.post(REPORTS, reported(alice, confirmations=3))
    gone = await admin.post(REPORTS, reported(alice, confirmations=0, orphaned=True))
    assert gone.json() == {"state": "reversed", "reason": ""}
    assert await alice.free("BTC") == "10.00000000"
    assert (await admin.post(REPORTS, reported(alice, confirmations=1))).json() == SEEN
    assert (await admin.post(REPORTS, reported(alice, confirmations=6))).json() == CREDITED
    assert (await admin.post(REPORTS, reported(alice, orphaned=True))).status_code == 409
    assert await alice.free("BTC") == "12.00000000"


async def test_one_place_of_a_chain_is_one_deposit(admin: Person, alice: Person, bob: Person) -> None:
    """C35: not another account's, and not another amount."""
    await admin.post(REPORTS, reported(alice, confirmations=1))
    for other in (reported(bob, confirmations=9), reported(alice, confirmations=9, amount="3")):
        assert (await admin.post(REPORTS, other)).status_code == 409
    assert (await admin.post(REPORTS, reported(alice, confirmations=2))).json() == SEEN
    assert (await alice.free("BTC"), await bob.free("BTC")) == ("10.00000000", "10.00000000")
    assert (await alice.post(REPORTS, reported(alice, txid="mine", confirmations=9))).status_code == 403
    for field, value in (("txid", "a b"), ("index", -1), ("confirmations", -1), ("account", 2), ("amount", "0")):
        assert (await admin.post(REPORTS, reported(alice, **{field: value}))).json()["field"] == field


async def test_however_it_is_spelled_a_chains_transaction_is_one(admin: Person, alice: Person) -> None:
    """C35: capitals and 0x make no second deposit; a chain that nobody declared brings nothing."""
    for chain, txid in (("bitcoin", "ab12"), ("Bitcoin", "AB12"), ("BITCOIN", "0xAb12"), ("bitcoin", "0XaB12")):
        told = await admin.post(REPORTS, reported(alice, chain=chain, txid=txid, confirmations=9))
        assert told.json() == CREDITED, told.text
    assert await alice.free("BTC") == "12.00000000"
    unknown = await admin.post(REPORTS, reported(alice, chain="dogecoin", confirmations=9))
    assert (unknown.status_code, unknown.json()["field"]) == (400, "chain")
    assert "bitcoin, solana" in unknown.json()["msg"]
    other = await admin.post(REPORTS, reported(alice, chain="solana", confirmations=9))
    assert (other.status_code, other.json()["field"], "USDT" in other.json()["msg"]) == (400, "asset", True)
    exact = {"chain": "solana", "asset": "USDT", "confirmations": 9}
    for txid in ("Ab", "aB"):
        assert (await admin.post(REPORTS, reported(alice, **exact, txid=txid))).json()["state"] == "credited"
    assert await alice.free("USDT") == "100004.00000000"


async def test_a_deposit_that_was_refused_is_credited_once_when_it_can_be(
    exchange: InProcess, admin: Person, alice: Person
) -> None:
    """C35: there were too many coins; some left, and the deposit came, without anybody asking twice."""
    most = str((2**62 - 1) // 10**8 - 10)
    treasury = await admin.post("/v1/admin/treasury/deposits", {"asset": "BTC", "amount": most})
    assert treasury.status_code == 201, treasury.text
    await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)
    large = reported(alice, amount="100", confirmations=9)
    told = (await admin.post(REPORTS, large)).json()
    assert told["state"] == "final"
    assert told["reason"]
    for _ in range(3):
        assert await exchange.state.crediting.run(at_once=True) == 1
    [waits] = (await admin.get(REPORTS)).json()
    assert (waits["attempts"], waits["amount"], waits["txid"]) == (4, "100.00000000", "ab12")
    assert (await alice.get(REPORTS)).status_code == 403
    take = Asked("withdrawal", 2, 0, 1_000 * 10**8)
    assert (await exchange.state.wallet.perform(take)).state == "done"
    assert (await admin.post(f"{REPORTS}/retry")).json() == []
    await asyncio.gather(*[admin.post(REPORTS, large) for _ in range(3)], exchange.state.crediting.run(at_once=True))
    assert await alice.free("BTC") == "108.50000000"


async def test_what_the_operator_gave_is_in_the_history(admin: Person, alice: Person, bob: Person) -> None:
    await admin.post("/v1/admin/treasury/deposits", {"asset": "BTC", "amount": "5"})
    for person, amount in ((alice, "1"), (bob, "2"), (alice, "0.5")):
        body = {"account": person.account, "asset": "BTC", "amount": amount}
        assert (await admin.post("/v1/admin/credits", body)).status_code == 201
    items = (await alice.get("/v1/wallet/history?kind=credit")).json()["items"]
    assert [(item["kind"], item["amount"]) for item in items] == [("credit", "0.50000000"), ("credit", "1.00000000")]
    assert (await alice.get("/v1/wallet/history?kind=credit&asset=USDT")).json()["items"] == []
