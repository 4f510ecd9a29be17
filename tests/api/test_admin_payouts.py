"""What an operator decides of a withdrawal in doubt: written down, once, and nothing that cannot be so."""

import json
from typing import Any

import pytest

from tests.api.conftest import InProcess, Person
from tests.api.test_payouts import WITHDRAWAL, Chain, locked, newest
from trueman.infra.operations import REFUSED, Asked, Operation

PAYOUTS = "/v1/admin/payouts"
WHY = {"reason": "ticket 7"}


@pytest.fixture
def chain(exchange: InProcess) -> Chain:
    chain = Chain()
    exchange.state.wallet.desk._custody = chain
    return chain


async def doubtful(admin: Person, alice: Person, chain: Chain) -> str:
    """A withdrawal whose sender died before it was sent, as far as anybody knows."""
    chain.fault = "dies before"
    await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)
    chain.fault = ""
    [shown] = (await admin.get(PAYOUTS)).json()
    assert (shown["step"], shown["amount"], shown["address"]) == ("broadcasting", "1.50000000", "bc1")
    assert shown["key"] == chain.payments[0].key
    assert "lost before it was sent" in shown["trouble"]
    return str(shown["id"])


async def decide(admin: Person, payout: str, act: str, **changes: str) -> Any:
    answer = await admin.post(f"{PAYOUTS}/{payout}/{act}", {**WHY, **changes})
    return answer.json() if answer.status_code == 200 else (answer.status_code, answer.json()["msg"])


async def acts(exchange: InProcess) -> list[dict[str, Any]]:
    rows = await exchange.database.fetch("SELECT action, detail FROM audit_log WHERE action LIKE 'Payout%' ORDER BY id")
    return [{"action": row["action"], **json.loads(row["detail"])} for row in rows]


async def test_one_that_was_paid_is_settled_by_its_transaction(
    exchange: InProcess,
    admin: Person,
    alice: Person,
    chain: Chain,
) -> None:
    """C34: however often he says so; who did and why is written down."""
    payout = await doubtful(admin, alice, chain)
    for _ in range(2):
        assert (await decide(admin, payout, "paid", txid="tx9"))["step"] == "settled"
    assert await decide(admin, payout, "paid", txid="tx8") == (409, "It was paid by tx9.")
    assert (await decide(admin, payout, "release"))[0] == 409
    assert (await newest(alice))["txid"] == "tx9"
    assert (await alice.free("BTC"), await locked(alice)) == ("8.50000000", "0.00000000")
    assert (await admin.get(PAYOUTS)).json() == []
    first, decided, *_ = await acts(exchange)
    assert (first["action"], first["txid"], first["reason"]) == ("PayoutPaid", "tx9", "ticket 7")
    assert (decided["action"], decided["step"]) == ("PayoutPaid decided", "settled")


async def test_one_that_was_not_paid_is_given_back_once(admin: Person, alice: Person, chain: Chain) -> None:
    """C34"""
    payout = await doubtful(admin, alice, chain)
    for _ in range(2):
        assert (await decide(admin, payout, "release"))["step"] == "returned"
    assert (await decide(admin, payout, "paid", txid="tx9"))[0] == 409
    assert (await decide(admin, payout, "retry"))["step"] == "returned"
    assert (await newest(alice))["state"] == "failed"
    assert (await alice.free("BTC"), await locked(alice)) == ("10.00000000", "0.00000000")
    assert len(chain.payments) == 1


async def test_what_the_custody_says_it_paid_is_not_given_back(admin: Person, alice: Person, chain: Chain) -> None:
    """C34: and not paid by another transaction either."""
    payout = await doubtful(admin, alice, chain)
    chain.sent[chain.payments[0].key] += 1
    status, told = await decide(admin, payout, "release")
    assert (status, f"paid by tx-{chain.payments[0].key}" in told) == (409, True)
    assert (await decide(admin, payout, "paid", txid="tx9"))[0] == 409
    assert (await decide(admin, payout, "retry"))["step"] == "settled"
    assert len(chain.payments) == 1, "it was found, not sent again"


async def test_one_that_is_tried_again_keeps_its_key(admin: Person, alice: Person, chain: Chain) -> None:
    """C34"""
    payout = await doubtful(admin, alice, chain)
    assert (await decide(admin, payout, "retry"))["step"] == "settled"
    assert [payment.key for payment in chain.payments] == [chain.payments[0].key] * 2
    assert await locked(alice) == "0.00000000"


async def test_one_whose_end_was_refused_is_ended_again(
    exchange: InProcess,
    admin: Person,
    alice: Person,
    chain: Chain,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """C34: the refused settlement keeps its row under another name."""
    operations, in_turn = exchange.state.wallet.operations, exchange.state.wallet.in_turn

    async def refused(asked: Asked) -> Operation:
        if asked.kind != "settlement":
            return await in_turn(asked)
        operation = await operations.insert(asked, 1)
        assert operation is not None
        no = operation._replace(state=REFUSED, reason=12, number=10**9)
        await operations.settle(no)
        return no

    with monkeypatch.context() as patched:
        patched.setattr(exchange.state.wallet, "in_turn", refused)
        await alice.post("/v1/wallet/withdrawals", WITHDRAWAL)
    [shown] = (await admin.get(PAYOUTS)).json()
    assert (shown["step"], "refused its settlement" in shown["trouble"]) == ("paid", True)
    stuck = await operations.find_client_id(alice.account, "settlement 3")
    assert stuck is not None
    await exchange.database.execute(
        "DELETE FROM wallet_operations WHERE account = $1 AND operation = $2", alice.account, stuck.operation
    )
    assert (await decide(admin, shown["id"], "retry"))["step"] == "settled"


async def test_nonsense_is_refused_and_nobody_else_may(admin: Person, alice: Person, chain: Chain) -> None:
    payout = await doubtful(admin, alice, chain)
    assert (await alice.get(PAYOUTS)).status_code == 403
    assert (await alice.post(f"{PAYOUTS}/{payout}/release", WHY)).status_code == 403
    for name in ("1-1", "x", f"{alice.account}-1", "1024", "9" * 30 + "-1"):
        assert (await decide(admin, name, "release"))[0] == 404
    assert (await decide(admin, payout, "release", reason=" "))[0] == 400
    assert (await decide(admin, payout, "paid", txid="a b"))[0] == 400
    assert (await decide(admin, payout, "paid"))[0] == 400
    assert (await newest(alice))["state"] == "processing"
    assert await locked(alice) == "1.50000000"
