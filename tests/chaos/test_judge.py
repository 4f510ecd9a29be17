"""The judge of chaos: an honest history passes, and every kind of broken word is found."""

from collections.abc import Callable

import pytest

from trueman.chaos.attempts import Attempt, History, Reading
from trueman.chaos.judge import Judge, Step, book_of
from trueman.core.codec import decode_results, encode
from trueman.core.commands import (
    CancelOrder,
    Command,
    CreateAsset,
    CreateMarket,
    Deposit,
    PlaceOrder,
    SetMarketStatus,
)
from trueman.core.exchange import Exchange
from trueman.core.units import BUY, LIMIT, SELL, TRADING, USER_ACCOUNT_MIN

ALICE, BOB = USER_ACCOUNT_MIN, USER_ACCOUNT_MIN + 1
BITCOIN = 100_000_000


def order(account: int, side: int, price: int, lots: int, client_id: str) -> PlaceOrder:
    values = dict.fromkeys(PlaceOrder._fields, 0)
    given = {"account": account, "side": side, "type": LIMIT, "price": price, "quantity": lots, "client_id": client_id}
    return PlaceOrder(**{**values, **given})  # type: ignore[arg-type]


COMMANDS: tuple[Command, ...] = (
    CreateAsset(0, 8, "BTC"),
    CreateAsset(0, 8, "USDT"),
    CreateMarket(0, 0, 1, 1_000_000, 1_000, 1, 10**9, 1, 10**9, 1, 0, 0, "BTCUSDT"),
    SetMarketStatus(0, 0, TRADING),
    Deposit(0, ALICE, ALICE, 1, 1, 10**6 * BITCOIN),
    Deposit(0, BOB, BOB, 1, 0, 5 * BITCOIN),
    order(ALICE, BUY, 3_000_000, 100, "a1"),
    order(BOB, SELL, 3_000_000, 40, "b1"),
    order(ALICE, BUY, 2_900_000, 100, "a2"),
    CancelOrder(0, ALICE, 0, 0, 0, 0, "a2"),
)


@pytest.fixture
def steps() -> list[Step]:
    exchange, found = Exchange(), []
    for number, command in enumerate(COMMANDS, 1):
        [result] = decode_results(exchange.apply(number, 1, number, encode(command)))
        assert result.decided.reason == 0, (command, result)
        found.append(Step(number, command, result))
    return found


def told(kind: str, account: int, client_id: str, when: float, **words: object) -> Attempt:
    attempt = Attempt(kind, account, client_id, when, when + 0.5, "acknowledged")  # type: ignore[arg-type]
    attempt.told = dict(words)
    return attempt


@pytest.fixture
def history(steps: list[Step]) -> History:
    ids = {step.command.client_id: step.result.decided.order_id for step in steps[6:9]}
    attempts = [
        told("deposit", ALICE, "m1", 5, id=f"{ALICE}-1", asset="USDT", amount="1000000.00000000"),
        told("order", ALICE, "a1", 7, orderId=ids["a1"], fills=[]),
        told("order", BOB, "b1", 8, orderId=ids["b1"], fills=[{}]),
        told("order", ALICE, "a2", 9, orderId=ids["a2"], fills=[]),
        told("cancel", ALICE, "c1", 10),
    ]
    attempts[-1].about = "a2"
    nothing = {"BTC": "0.00000000", "USDT": "0.00000000"}
    had = {"BTC": "0.00000000", "USDT": "1000000.00000000"}
    return History(attempts, [Reading(ALICE, 6, 6.5, had, nothing)])


def test_an_honest_history_passes(steps: list[Step], history: History) -> None:
    verdict = Judge(history, steps).judge()
    assert verdict.faults == []
    assert verdict.compared > 10


def test_the_book_of_a_log_is_what_its_levels_came_to(steps: list[Step]) -> None:
    assert book_of(steps) == {"b": {30_000 * BITCOIN: 60 * 1_000}, "a": {}}


LIES: dict[str, tuple[Callable[[History, list[Step]], object], str]] = {
    "an order is lost": (lambda history, steps: setattr(history.attempts[1], "client_id", "a9"), "is 0 times"),
    "an order is there twice": (lambda history, steps: steps.append(steps[6]._replace(number=7)), "is 2 times"),
    "what was refused is there": (lambda history, steps: setattr(history.attempts[1], "outcome", "refused"), "refused"),
    "what was not written is there": (
        lambda history, steps: setattr(history.attempts[1], "outcome", "nothing"),
        "told to be nothing",
    ),
    "another id was told": (lambda history, steps: history.attempts[1].told.update(orderId=99), "id of another"),
    "a fill was not told": (lambda history, steps: history.attempts[2].told.update(fills=[]), "other fills"),
    "a cancel did nothing": (lambda history, steps: setattr(history.attempts[4], "about", "a1"), "ended 0 times"),
    "a deposit is lost": (lambda history, steps: history.attempts[0].told.update(id=f"{ALICE}-2"), "is 0 times"),
    "a deposit of another amount": (
        lambda history, steps: history.attempts[0].told.update(amount="1000001.00000000"),
        "moved something else",
    ),
    "decided before what was answered earlier": (
        lambda history, steps: setattr(history.attempts[1], "invoked", 20.0),
        "was answered before it",
    ),
    "a balance that nobody had": (
        lambda history, steps: history.readings[0].free.update(USDT="1.00000000"),
        "never had then",
    ),
    "an old balance": (lambda history, steps: setattr(history.readings[0], "invoked", 9.8), "never had then"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_broken_word_is_found(steps: list[Step], history: History, lie: str) -> None:
    tell, words = LIES[lie]
    tell(history, steps)
    history.readings[0].answered = max(history.readings[0].answered, history.readings[0].invoked)
    faults = Judge(history, steps).judge().faults
    assert any(words in fault for fault in faults), faults
