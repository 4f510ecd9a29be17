"""Money in and out: what was asked, exactly, once, whatever comes in between."""

import asyncio
import json
from typing import Any, cast

import pytest

from tests.api.conftest import InProcess, Person, serving
from trueman.api.wallet_operations import Wallet
from trueman.core.codec import Result
from trueman.core.commands import Command, Deposit, ReserveWithdrawal
from trueman.errors import LogUnavailable, OutcomeUnknown
from trueman.infra import operations
from trueman.infra.database.wallet_operations import PostgresOperations

DEPOSITS, WITHDRAWALS = "/v1/wallet/deposits", "/v1/wallet/withdrawals"

BAD_AMOUNTS: list[object] = [
    *(
        "-1",
        "0",
        "0.00000000",
        "",
        " 1",
        "1 ",
        "+1",
        "1e3",
        "1e400",
        "NaN",
        "Infinity",
        "1_000",
        "1,000",
        "٣",
        "１",
        ".5",
    ),
    *("5.", "0x10", "--1", "1.2.3", "0.0000000000000000001", "0.000000001", "9" * 41, "1\0", "99999999999999999999"),
    *(1, 0.5, -1, True, None, [], {}, ["1"]),
]


async def test_a_deposit_is_there_in_the_next_read(alice: Person) -> None:
    answer = await alice.post(DEPOSITS, {"asset": "BTC", "amount": "0.5"})
    assert answer.status_code == 201
    told = answer.json()
    assert (told["kind"], told["asset"], told["amount"], told["state"]) == ("deposit", "BTC", "0.50000000", "done")
    assert await alice.free("BTC") == "10.50000000"


async def test_a_withdrawal_takes_the_money_and_keeps_the_address(alice: Person) -> None:
    answer = await alice.post(WITHDRAWALS, {"asset": "USDT", "amount": "99999.99999999", "address": "TX1"})
    assert answer.status_code == 201
    assert await alice.free("USDT") == "0.00000001"
    item = (await alice.get("/v1/wallet/history?kind=withdrawal")).json()["items"][0]
    assert (item["address"], item["amount"], item["state"]) == ("TX1", "99999.99999999", "done")


async def test_nobody_withdraws_more_than_he_has(alice: Person) -> None:
    answer = await alice.post(WITHDRAWALS, {"asset": "BTC", "amount": "10.00000001", "address": "bc1"})
    assert answer.status_code == 400
    assert answer.json() == {
        "code": -2010,
        "msg": "Account has insufficient balance for requested action.",
        "field": "amount",
    }
    assert await alice.free("BTC") == "10.00000000"
    item = (await alice.get("/v1/wallet/history")).json()["items"][0]
    assert (item["state"], item["reason"]) == ("refused", "Account has insufficient balance for requested action.")


async def test_a_bad_amount_is_refused_by_name_and_moves_nothing(alice: Person) -> None:
    """T15"""
    for amount in BAD_AMOUNTS:
        body = {"asset": "BTC", "amount": amount}
        for path, sent in [(DEPOSITS, body), (WITHDRAWALS, {**body, "address": "bc1"})]:
            answer = await alice.post(path, sent)
            assert answer.status_code == 400, answer.text
            assert answer.json()["field"] == "amount"
            assert answer.json()["code"] < 0
        assert await alice.free("BTC") == "10.00000000"


async def test_bad_bodies_are_refused_by_name_and_move_nothing(alice: Person) -> None:
    good: dict[str, object] = {"asset": "BTC", "amount": "1", "address": "bc1"}
    bad: list[tuple[dict[str, object], str]] = [
        ({"asset": "DOGE"}, "asset"),
        ({"asset": "btc"}, "asset"),
        ({"asset": ""}, "asset"),
        ({"asset": 0}, "asset"),
        ({"asset": None}, "asset"),
        ({"address": ""}, "address"),
        ({"address": "a b"}, "address"),
        ({"address": "a\0"}, "address"),
        ({"address": "é"}, "address"),
        ({"address": "x" * 129}, "address"),
        ({"address": 5}, "address"),
        ({"account": 1_025}, "account"),
        ({"source": 1_025}, "source"),
    ]
    for changes, field in bad:
        answer = await alice.post(WITHDRAWALS, good | changes)
        assert (answer.status_code, answer.json().get("field")) == (400, field), answer.text
    for missing in good:
        body = {name: value for name, value in good.items() if name != missing}
        answer = await alice.post(WITHDRAWALS, body)
        assert (answer.status_code, answer.json()["field"]) == (400, missing), answer.text
    assert await alice.free("BTC") == "10.00000000"


async def test_the_faucet_has_a_measure(exchange: InProcess, alice: Person) -> None:
    assert (await alice.post(DEPOSITS, {"asset": "BTC", "amount": "1000000"})).status_code == 201
    answer = await alice.post(DEPOSITS, {"asset": "BTC", "amount": "1000000.00000001"})
    assert (answer.status_code, answer.json()["field"]) == (400, "amount")


async def test_a_measure_finer_than_the_asset_is_cut_off(exchange: InProcess, alice: Person) -> None:
    exchange.settings.faucet_amount_max = "0.0000000199"
    answer = await alice.post(DEPOSITS, {"asset": "BTC", "amount": "0.00000002"})
    assert (answer.status_code, answer.json()["field"]) == (400, "amount")
    assert "0.00000001 BTC" in answer.json()["msg"]
    assert (await alice.post(DEPOSITS, {"asset": "BTC", "amount": "0.00000001"})).status_code == 201


async def test_without_a_faucet_nobody_deposits(exchange: InProcess, alice: Person) -> None:
    exchange.settings.faucet = False
    answer = await alice.post(DEPOSITS, {"asset": "BTC", "amount": "1"})
    assert answer.status_code == 403
    assert await alice.free("BTC") == "10.00000000"


async def test_a_stranger_sees_and_moves_nothing(exchange: InProcess, alice: Person, bob: Person) -> None:
    assert (await exchange.http.get("/v1/wallet/balances")).status_code == 401
    assert (await exchange.http.post(DEPOSITS, json={"asset": "BTC", "amount": "1"})).status_code == 401
    await bob.post(WITHDRAWALS, {"asset": "BTC", "amount": "1", "address": "bc1"})
    history = (await alice.get("/v1/wallet/history")).json()["items"]
    assert {item["id"].split("-")[0] for item in history} == {str(alice.account)}
    assert await alice.free("BTC") == "10.00000000"


async def test_fifty_withdrawals_of_the_same_money_pay_it_once(alice: Person) -> None:
    """C34: T14"""
    body = {"asset": "BTC", "amount": "3", "address": "bc1"}
    answers = await asyncio.gather(*[alice.post(WITHDRAWALS, body) for _ in range(50)])
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [400] * 47
    assert await alice.free("BTC") == "1.00000000"


async def test_a_withdrawal_asked_again_with_its_client_id_is_not_paid_again(alice: Person) -> None:
    """C34: a repeat is told the first outcome."""
    body = {"asset": "BTC", "amount": "1", "address": "bc1", "clientId": "rent-november"}
    first = await alice.post(WITHDRAWALS, body)
    again = await asyncio.gather(*(alice.post(WITHDRAWALS, body) for _ in range(5)))
    assert {answer.status_code for answer in [first, *again]} == {201}
    assert {answer.json()["id"] for answer in again} == {first.json()["id"]}
    assert await alice.free("BTC") == "9.00000000"
    other = await alice.post(WITHDRAWALS, body | {"amount": "2"})
    assert (other.status_code, other.json()["field"]) == (409, "clientId")
    bad = await alice.post(WITHDRAWALS, body | {"clientId": "a b"})
    assert (bad.status_code, bad.json()["field"]) == (400, "clientId")
    assert await alice.free("BTC") == "9.00000000"


async def test_a_signed_withdrawal_can_not_be_replayed(alice: Person) -> None:
    program = await alice.make_key("read", "withdraw")
    nameless = json.dumps({"asset": "BTC", "amount": "1", "address": "bc1"})
    answer = await program.call("POST", WITHDRAWALS, body=nameless)
    assert (answer.status_code, answer.json()["field"]) == (400, "clientId")
    named = json.dumps({"asset": "BTC", "amount": "1", "address": "bc1", "clientId": "once"})
    answers = [await program.call("POST", WITHDRAWALS, body=named) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert await alice.free("BTC") == "9.00000000"


async def test_two_processes_number_one_accounts_operations_without_a_gap(exchange: InProcess, alice: Person) -> None:
    async with serving(exchange.settings, exchange.log, exchange.database, asyncio.Event()) as other:
        twin = Person(other.http, alice.account, alice.email, alice.token)
        body = {"asset": "BTC", "amount": "1", "address": "bc1"}
        answers = await asyncio.gather(*[who.post(WITHDRAWALS, body) for who in (alice, twin) for _ in range(10)])
        paid = sum(answer.status_code == 201 for answer in answers)
        assert {answer.status_code for answer in answers} <= {201, 400, 503}
        assert await alice.free("BTC") == f"{10 - paid}.00000000"
        assert await twin.free("BTC") == await alice.free("BTC")
    rows = await exchange.database.fetch(
        "SELECT operation, kind, state FROM wallet_operations WHERE account = $1 ORDER BY operation", alice.account
    )
    assert [row["operation"] for row in rows] == list(range(1, len(rows) + 1))
    done = [row["kind"] for row in rows if row["state"] == "done"]
    assert (done.count("deposit"), done.count("payout")) == (2, paid)


async def test_an_answer_that_does_not_come_is_unknown_and_settled_before_the_next(
    exchange: InProcess, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C4: the command is in the log, its answer is lost."""
    lose_answers(exchange, monkeypatch)
    answer = await alice.post(WITHDRAWALS, {"asset": "BTC", "amount": "1", "address": "bc1"})
    assert (answer.status_code, answer.json()["code"]) == (504, -1007)
    item = (await alice.get("/v1/wallet/history")).json()["items"][0]
    assert item["state"] == "pending"
    monkeypatch.undo()
    assert (await alice.post(DEPOSITS, {"asset": "BTC", "amount": "2"})).status_code == 201
    await exchange.state.wallet.desk.run()
    states = [item["state"] for item in (await alice.get("/v1/wallet/history?limit=2")).json()["items"]]
    assert states == ["done", "done"]
    assert await alice.free("BTC") == "11.00000000"


async def test_what_a_dead_process_left_open_is_settled_at_the_next_start(
    exchange: InProcess, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C1 C2 C34: with a numbered operation, one was appended, the other never was."""
    lose_answers(exchange, monkeypatch)
    await alice.post(WITHDRAWALS, {"asset": "BTC", "amount": "1", "address": "bc1"})
    bob = await exchange.sign_up()
    table = PostgresOperations(exchange.database)
    never = await table.insert(operations.Asked("deposit", bob.account, 0, 700), 1)
    assert never is not None
    async with serving(exchange.settings, exchange.log, exchange.database, asyncio.Event()) as other:
        async with asyncio.timeout(5):
            while await table.accounts_pending():  # noqa: ASYNC110 - PostgreSQL rings no bell
                await asyncio.sleep(0.01)
        twin = Person(other.http, alice.account, alice.email, alice.token)
        assert await twin.free("BTC") == "9.00000000"
        assert await Person(other.http, bob.account, bob.email, bob.token).free("BTC") == "0.00000700"


async def test_when_nothing_was_written_it_is_as_if_never_asked(
    exchange: InProcess, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(command: Command) -> Result:
        raise LogUnavailable("away")

    monkeypatch.setattr(exchange.state.writer, "submit", away)
    answer = await alice.post(WITHDRAWALS, {"asset": "BTC", "amount": "1", "address": "bc1"})
    assert (answer.status_code, answer.json()["code"]) == (503, -1001)
    monkeypatch.undo()
    assert await alice.free("BTC") == "10.00000000"
    assert len((await alice.get("/v1/wallet/history")).json()["items"]) == 2
    assert (await alice.post(DEPOSITS, {"asset": "BTC", "amount": "1"})).status_code == 201


async def test_what_another_process_has_taken_on_is_not_withdrawn(
    exchange: InProcess, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C2: one process writes it down and cannot submit it, another one settles it at the same moment."""
    submit, taken_on, stuck, executed, told = exchange.state.writer.submit, *(asyncio.Event() for _ in range(4))

    async def too_slow(command: Command) -> Result:
        taken_on.set()
        await stuck.wait()
        raise LogUnavailable("the log is too slow: nothing was written")

    class SlowToHear:
        async def submit(self, command: Command) -> Result:
            result = await submit(command)
            executed.set()
            await told.wait()
            return result

    monkeypatch.setattr(exchange.state.writer, "submit", too_slow)
    asked = operations.Asked("withdrawal", alice.account, 0, 700, "bc1", "once")
    first = asyncio.create_task(exchange.state.wallet.perform(asked))
    await taken_on.wait()
    rows, slow = PostgresOperations(exchange.database), cast(Any, SlowToHear())
    twin = Wallet(rows, exchange.log, slow, exchange.state.clock_us, exchange.state.wallet.desk.switch)
    second = asyncio.create_task(twin.settle_all())
    await executed.wait()
    stuck.set()
    with pytest.raises(OutcomeUnknown, match="another process"):
        await first
    told.set()
    assert await second == 0
    found = await PostgresOperations(exchange.database).find_client_id(alice.account, "once")
    assert found is not None
    assert (found.state, found.reason) == (operations.DONE, 0)


async def test_a_caller_who_hangs_up_does_not_stop_his_withdrawal_half_way(exchange: InProcess, alice: Person) -> None:
    """C5"""
    request = asyncio.create_task(alice.post(WITHDRAWALS, {"asset": "BTC", "amount": "1", "address": "bc1"}))
    async with asyncio.timeout(5):
        while not exchange.state.wallet.is_busy:  # noqa: ASYNC110 - the first moment after it began
            await asyncio.sleep(0)
    request.cancel()
    await exchange.state.wallet.close()
    assert await alice.free("BTC") == "9.00000000"


async def test_history_is_read_page_by_page(alice: Person) -> None:
    for amount in ("1", "2", "3"):
        await alice.deposit("BTC", amount)
    first = (await alice.get("/v1/wallet/history?asset=BTC&limit=3")).json()
    assert [item["amount"][0] for item in first["items"]] == ["3", "2", "1"]
    second = (await alice.get(f"/v1/wallet/history?asset=BTC&limit=3&before={first['next']}")).json()
    assert [item["amount"] for item in second["items"]] == ["10.00000000"]
    assert second["next"] is None


BAD_QUESTIONS_ABOUT_CASES = [
    ("limit=0", "limit"),
    ("limit=501", "limit"),
    ("limit=x", "limit"),
    ("limit=1_0", "limit"),
    ("limit=٣", "limit"),
    ("before=0", "before"),
    ("before=-1", "before"),
    ("before=1e400", "before"),
    ("before=" + "9" * 30, "before"),
    ("kind=gift", "kind"),
    ("asset=DOGE", "asset"),
    ("asset=%00", "asset"),
    ("limit=", "limit"),
    ("limit=1.5", "limit"),
]


async def test_bad_questions_about_history_name_the_field(alice: Person) -> None:
    for query, field in BAD_QUESTIONS_ABOUT_CASES:
        answer = await alice.get(f"/v1/wallet/history?{query}")
        assert (answer.status_code, answer.json().get("field")) == (400, field), answer.text


def lose_answers(exchange: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands of the wallet reach the log; their answers reach nobody."""
    submit = exchange.state.writer.submit

    async def lost(command: Command) -> Result:
        assert isinstance(command, Deposit | ReserveWithdrawal)
        await submit(command)
        raise OutcomeUnknown("lost")

    monkeypatch.setattr(exchange.state.writer, "submit", lost)
