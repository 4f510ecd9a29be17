"""The judge of chaos: an honest history passes, and every kind of broken word is found."""

from collections.abc import Callable

import pytest

from trueman.chaos.attempts import Attempt, History, Look, Reading
from trueman.chaos.ends import Step
from trueman.chaos.judge import Judge, book_of
from trueman.core.codec import decode_results, encode
from trueman.core.commands import (
    CancelOrder,
    Command,
    CreateAsset,
    CreateMarket,
    Deposit,
    PlaceOrder,
    ReleaseWithdrawal,
    ReserveWithdrawal,
    SetMarketStatus,
    SettleWithdrawal,
)
from trueman.core.exchange import Exchange
from trueman.core.rejections import BOOK_EMPTY
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
    ReserveWithdrawal(0, BOB, BOB, 2, 0, BITCOIN),
    SettleWithdrawal(0, BOB, BOB, 3, 0, BITCOIN),
    ReserveWithdrawal(0, BOB, BOB, 4, 0, 2 * BITCOIN),
    ReleaseWithdrawal(0, BOB, BOB, 5, 0, 2 * BITCOIN),
)
PAID, SETTLED, _, RELEASED = range(10, 14)
"""Where in the steps the withdrawals and their ends are."""


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


def refused(kind: str, account: int, client_id: str, when: float, code: int, about: str = "") -> Attempt:
    attempt = Attempt(kind, account, client_id, when, when + 0.5, "refused", code)  # type: ignore[arg-type]
    attempt.about = about
    return attempt


@pytest.fixture
def history(steps: list[Step]) -> History:
    ids = {step.command.client_id: step.result.decided.order_id for step in steps[6:9]}
    attempts = [
        told("deposit", ALICE, "m1", 5, id=f"{ALICE}-1", asset="USDT", amount="1000000.00000000"),
        told("order", ALICE, "a1", 7, orderId=ids["a1"], fills=[]),
        told("order", BOB, "b1", 8, orderId=ids["b1"], fills=[{"tradeId": 1}]),
        told("order", ALICE, "a2", 9, orderId=ids["a2"], fills=[]),
        told("cancel", ALICE, "c1", 10),
        told("deposit", BOB, "m2", 6, id=f"{BOB}-1", asset="BTC", amount="5.00000000"),
        told("withdrawal", BOB, "w1", 11, id=f"{BOB}-2", asset="BTC", amount="1.00000000"),
        told("withdrawal", BOB, "w2", 13, id=f"{BOB}-4", asset="BTC", amount="2.00000000"),
    ]
    attempts[4].about = "a2"
    attempts += [refused("cancel", BOB, "c2", 10, -2011, about="b1"), refused("order", BOB, "b2", 10, -2010)]
    nothing = {"BTC": "0.00000000", "USDT": "0.00000000"}
    had = {"BTC": "0.00000000", "USDT": "1000000.00000000"}
    reserved = {"BTC": "1.00000000", "USDT": "0.00000000"}
    sold = {"BTC": "3.99960000", "USDT": "12.00000000"}
    readings = [Reading(ALICE, 6, 6.5, had, nothing), Reading(BOB, 11.2, 11.8, sold, reserved)]
    looks = [
        Look(ALICE, "a1", ids["a1"], "PARTIALLY_FILLED", "0.00040"),
        Look(ALICE, "a2", ids["a2"], "CANCELED", "0.00000"),
        Look(BOB, "b1", ids["b1"], "FILLED", "0.00040"),
    ]
    return History(attempts, readings, looks)


def test_an_honest_history_passes(steps: list[Step], history: History) -> None:
    verdict = Judge(history, steps).judge()
    assert verdict.faults == []
    assert verdict.compared > 10


def test_who_asks_again_is_told_what_has_met_the_order_since(steps: list[Step], history: History) -> None:
    _asked_again(history, 1, fills=[{"tradeId": 1}])
    assert Judge(history, steps).judge().faults == []
    _asked_again(history, 1, fills=[])
    assert Judge(history, steps).judge().faults == [], "it may have been asked before it was met"


def _asked_again(history: History, attempt: int, **words: object) -> None:
    history.attempts[attempt].resolved_later = True
    history.attempts[attempt].told.update(words)


def test_the_book_of_a_log_is_what_its_levels_came_to(steps: list[Step]) -> None:
    assert book_of(steps) == {"b": {30_000 * BITCOIN: 60 * 1_000}, "a": {}}


def _of(step: Step, command: Command) -> Step:
    return step._replace(command=command)


def _put(steps: list[Step], at: int, command: Command) -> None:
    steps[at] = _of(steps[at], command)


def _refuse(steps: list[Step]) -> Step:
    """The log has that order, refused for another reason than was told."""
    wanted = order(BOB, SELL, 3_000_000, 40, "b2")
    number = len(steps) + 1
    no = steps[-1].result._replace(events=())
    no = no._replace(decided=no.decided._replace(number=number, reason=BOOK_EMPTY))
    steps.append(Step(number, wanted, no))
    return steps[-1]


def _put_nothing(history: History, steps: list[Step]) -> None:
    """An order that the engine refused, and of which the caller was told that nobody wrote it."""
    _refuse(steps)
    history.attempts[9].outcome = "nothing"


def _not_written(history: History, steps: list[Step]) -> None:
    """A cancel that the engine refused, and of which the caller was told that nobody wrote it."""
    history.attempts[8].outcome = "nothing"
    steps[-1] = _of(_refuse(steps), CancelOrder(0, BOB, 0, 0, 0, 0, "b1"))


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
    "a fill of another was told": (
        lambda history, steps: history.attempts[2].told.update(fills=[{"tradeId": 2}]),
        "other fills",
    ),
    "a later fill was told at once": (
        lambda history, steps: history.attempts[1].told.update(fills=[{"tradeId": 1}]),
        "other fills",
    ),
    "a fill was not told to who asked again": (
        lambda history, steps: _asked_again(history, 2, fills=[]),
        "other fills",
    ),
    "a cancel did nothing": (lambda history, steps: setattr(history.attempts[4], "about", "a1"), "ended 0 times"),
    "a cancel that was refused was done": (
        lambda history, steps: setattr(history.attempts[4], "outcome", "refused"),
        "was told to be refused",
    ),
    "a cancel that was not written was done": (
        lambda history, steps: setattr(history.attempts[4], "outcome", "nothing"),
        "was told to be nothing",
    ),
    "a cancel that was not written is there": (
        lambda history, steps: _not_written(history, steps),
        "not to be written",
    ),
    "an open order was not found": (
        lambda history, steps: history.attempts.append(refused("cancel", ALICE, "c3", 10, -2011, about="a1")),
        "there was one all the time",
    ),
    "a refusal for another reason": (lambda history, steps: _refuse(steps), "was refused with -2010, in the log with"),
    "an order that was not written was refused": (
        _put_nothing,
        "order b2 was told not to be written",
    ),
    "in the end it is open": (lambda history, steps: setattr(history.looks[1], "status", "NEW"), "a2 is ('NEW'"),
    "in the end more is executed": (
        lambda history, steps: setattr(history.looks[0], "executed", "0.00050"),
        "a1 is ('PARTIALLY_FILLED', 50000)",
    ),
    "in the end it is not found": (lambda history, steps: setattr(history.looks[2], "order_id", 0), "another in the l"),
    "a deposit is lost": (lambda history, steps: history.attempts[0].told.update(id=f"{ALICE}-2"), "is 0 times"),
    "a deposit of another amount": (
        lambda history, steps: history.attempts[0].told.update(amount="1000001.00000000"),
        "moved something else",
    ),
    "a deposit was done twice": (
        lambda history, steps: steps.append(_of(steps[5], Deposit(0, BOB, BOB, 6, 0, 5 * BITCOIN))),
        "nobody was told so",
    ),
    "a withdrawal is lost": (lambda history, steps: _put(steps, PAID, COMMANDS[9]), "w1 was acknowledged and is 0 tim"),
    "a withdrawal is there twice": (lambda history, steps: steps.append(steps[PAID]), "w1 was acknowledged and is 2 t"),
    "a withdrawal was done twice": (
        lambda history, steps: steps.append(_of(steps[PAID], ReserveWithdrawal(0, BOB, BOB, 6, 0, BITCOIN))),
        "nobody was told so",
    ),
    "a withdrawal of another amount": (
        lambda history, steps: _put(steps, PAID, ReserveWithdrawal(0, BOB, BOB, 2, 0, BITCOIN + 1)),
        "w1 moved something else",
    ),
    "a deposit where a withdrawal was asked": (
        lambda history, steps: _put(steps, PAID, Deposit(0, BOB, BOB, 2, 0, BITCOIN)),
        "w1 moved something else",
    ),
    "a withdrawal never ended": (lambda history, steps: _put(steps, RELEASED, COMMANDS[9]), "neither settled nor rel"),
    "a withdrawal was settled twice": (lambda history, steps: steps.append(steps[SETTLED]), "a second time"),
    "a withdrawal was released twice": (lambda history, steps: steps.append(steps[RELEASED]), "a second time"),
    "a withdrawal was settled and released": (
        lambda history, steps: steps.append(_of(steps[RELEASED], ReleaseWithdrawal(0, BOB, BOB, 6, 0, BITCOIN))),
        "a second time",
    ),
    "reserved money was not told": (
        lambda history, steps: history.readings[1].locked.update(BTC="2.00000000"),
        "never had then",
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
