"""Every reason to refuse has a case here, and a new one without a case fails this file."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.refusal_cases import ALICE, CASES, GTD, LIMIT, LISTING, MARKET, STOP
from tests.story import Teller
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u
from trueman.core.codec import Result, decode_results, encode
from trueman.core.exchange import Exchange

WITH_BOUNDS = {
    no.PRICE_OUT_OF_RANGE,
    no.STOP_PRICE_OUT_OF_RANGE,
    no.QUANTITY_OUT_OF_RANGE,
    no.TRAILING_OUT_OF_RANGE,
}


def prepared() -> Teller:
    teller = Teller()
    return teller.at(2)


@pytest.mark.parametrize(
    ("reason", "command"),
    [(reason, command) for reason, commands in CASES.items() for command in commands],
    ids=lambda value: no.REASON_NAMES[value] if isinstance(value, int) else type(value).__name__,
)
def test_a_refusal_says_why_and_changes_nothing(reason: int, command: ask.Command) -> None:
    teller = prepared()
    result = teller.do(command)
    assert no.REASON_NAMES[result.decided.reason] == no.REASON_NAMES[reason]
    assert [type(event) for event in result.events] == [fact.FilterFailed] * (reason in WITH_BOUNDS)
    assert teller.exchange.balances() == []
    assert teller.exchange.open_orders() == []


def units_inexact() -> None:
    teller = prepared()
    teller.do(ask.CreateAsset(0, 2, "ETH"))
    for tick, lot in ((1, 1), (10, 11), (99, 1), (2**61, 2**61)):
        listing = LISTING._replace(base=2, quote=1, tick_size_atoms=tick, lot_atoms=lot, quantity_lots_max=1)
        assert teller.do(listing).decided.reason == no.MARKET_UNITS_INEXACT
    assert teller.do(LISTING._replace(base=2, quote=1, tick_size_atoms=100)).decided.reason == no.OK


def assets_too_many() -> None:
    exchange = prepared().exchange
    frames = [encode(ask.CreateAsset(0, 2, f"A{number}")) for number in range(u.ASSETS_MAX - 1)]
    results = decode_results(exchange.apply(exchange.sequence + 1, len(frames), 3, b"".join(frames)))
    reasons = [result.decided.reason for result in results]
    assert reasons[:-1] == [no.OK] * (u.ASSETS_MAX - 2)
    assert reasons[-1] == no.ASSETS_TOO_MANY


def markets_too_many() -> None:
    exchange = prepared().exchange
    frames = [encode(LISTING._replace(symbol=f"M-{number}")) for number in range(u.MARKETS_MAX)]
    results = decode_results(exchange.apply(exchange.sequence + 1, len(frames), 3, b"".join(frames)))
    reasons = [result.decided.reason for result in results]
    assert reasons[:-1] == [no.OK] * (u.MARKETS_MAX - 1)
    assert reasons[-1] == no.MARKETS_TOO_MANY


RAISED = ask.GuardMarket(*[0] * len(ask.GuardMarket._fields))._replace(
    orders_max=u.OPEN_ORDERS_MAX, algo_orders_max=u.ALGO_ORDERS_MAX
)
"""The market lets an account have as many orders as a market may."""


def open_orders_too_many() -> None:
    teller = prepared()
    teller.tell("alice deposits 100000000 USDT\nbob deposits 5 BTC")
    exchange = teller.exchange
    frames = [encode(LIMIT._replace(client_id=f"c{number}")) for number in range(u.OPEN_ORDERS_USUAL)]
    exchange.apply(exchange.sequence + 1, len(frames), 3, b"".join(frames))
    teller.at(3)
    for extra in (LIMIT, LIMIT._replace(type=u.LIMIT_MAKER)):
        [result] = decode_results(exchange.apply(exchange.sequence + 1, 1, 3, encode(extra)))
        assert result.decided.reason == no.OPEN_ORDERS_TOO_MANY
        assert result.events[0][1:] == (u.OPEN_ORDERS_USUAL + 1, 0, u.OPEN_ORDERS_USUAL, u.OPEN_ORDERS_USUAL)
    [result] = decode_results(exchange.apply(exchange.sequence + 1, 1, 3, encode(LIMIT._replace(time_in_force=u.IOC))))
    assert result.decided.reason == no.OK
    exchange.check()


def asked(exchange: Exchange, command: ask.Command, time_us: int = 3) -> Result:
    [result] = decode_results(exchange.apply(exchange.sequence + 1, 1, time_us, encode(command)))
    return result


def fill_up(exchange: Exchange, order: ask.PlaceOrderWithTerms, accounts: range, each: int, funds: int) -> None:
    """So many orders like this one of each account, which has the funds for them."""
    asset = 1 if order.side == u.BUY else 0
    for account in accounts:
        commands = [ask.Deposit(0, account, account, 1, asset, funds)]
        commands += [order._replace(account=account, client_id=f"c{n}") for n in range(each)]
        results = decode_results(
            exchange.apply(exchange.sequence + 1, len(commands), 3, b"".join(map(encode, commands)))
        )
        assert {result.decided.reason for result in results} == {no.OK}


def missed(result: Result) -> tuple[str, *tuple[int, ...]]:
    [failed] = result.events
    assert isinstance(failed, fact.FilterFailed)
    assert failed.reason == result.decided.reason
    return no.REASON_NAMES[failed.reason], *failed[1:]


def trailing_orders_too_many() -> None:
    """One account may have twenty in a market, everybody together a thousand."""
    exchange = prepared().exchange
    asked(exchange, RAISED)
    trailing = STOP._replace(trailing_bips=100)
    own, most = u.OWN_TRAILING_ORDERS_MAX, u.TRAILING_ORDERS_MAX
    fill_up(exchange, trailing, range(2_000, 2_000 + most // own), own, 5_000)
    assert missed(asked(exchange, trailing._replace(account=2_000))) == (
        "OWN_TRAILING_ORDERS_TOO_MANY", own + 1, 0, own, own,
    )  # fmt: skip
    assert asked(exchange, STOP._replace(account=2_000)).decided.reason == no.OK
    asked(exchange, ask.Deposit(0, 1_500, 1_500, 1, 0, 5))
    extra = trailing._replace(account=1_500)
    assert missed(asked(exchange, extra)) == ("TRAILING_ORDERS_TOO_MANY", most + 1, 0, most, most)
    assert asked(exchange, ask.CancelOrder(0, 2_000, 0, u.ANY_ORDER, 0, 0, "c0")).decided.reason == no.OK
    assert asked(exchange, extra).decided.reason == no.OK
    exchange.check()


def algo_orders_too_many() -> None:
    exchange = prepared().exchange
    fill_up(exchange, STOP, range(2_000, 2_001), u.ALGO_ORDERS_USUAL, 5_000)
    result = asked(exchange, STOP._replace(account=2_000))
    usual = u.ALGO_ORDERS_USUAL
    assert missed(result) == ("ALGO_ORDERS_TOO_MANY", usual + 1, 0, usual, usual)


def timed_orders_too_many() -> None:
    """One account may have a thousand in all markets, everybody together a hundred thousand; one expires, and there
    is room for another."""
    exchange = prepared().exchange
    asked(exchange, RAISED)
    own, most = u.OWN_TIMED_ORDERS_MAX, u.TIMED_ORDERS_MAX
    accounts = range(2_000, 2_000 + most // own)
    order = GTD._replace(expire_us=1_000)
    fill_up(exchange, order._replace(expire_us=9_000_000), accounts[:-1], own, 100_000)
    fill_up(exchange, order, accounts[-1:], own, 100_000)
    assert missed(asked(exchange, order._replace(account=2_000))) == ("TIMED_ORDERS_TOO_MANY", own + 1, 0, own, own)
    extra = GTD._replace(account=1_500, price=1, expire_us=9_000_000)
    asked(exchange, ask.Deposit(0, extra.account, 1_500, 1, 1, 10))
    assert missed(asked(exchange, extra)) == ("TIMED_ORDERS_TOO_MANY", most + 1, 0, most, most)
    assert asked(exchange, extra, time_us=1_000).decided.reason == no.OK


def skipped() -> None:
    exchange = prepared().exchange
    exchange.skip(exchange.sequence + 1)
    assert asked(exchange, LIMIT).decided.reason == no.SKIPPED


def notional() -> None:
    teller = prepared()
    most = u.SUPPLY_ATOMS_MAX
    teller.do(ask.ChangeMarket(0, 0, 1, most, 1, most, 50, 0, 0))
    small = teller.do(LIMIT)
    assert small.decided.reason == no.NOTIONAL_TOO_SMALL
    assert small.events == (fact.FilterFailed(no.NOTIONAL_TOO_SMALL, 10, 50, most, 5),)
    assert teller.do(MARKET._replace(quantity=0, quote_quantity=49)).decided.reason == no.NOTIONAL_TOO_SMALL
    large = teller.do(LIMIT._replace(price=most, quantity=2))
    assert large.decided.reason == no.NOTIONAL_TOO_LARGE
    assert large.events == (fact.FilterFailed(no.NOTIONAL_TOO_LARGE, most + 1, 50, most, 1),)
    assert teller.do(MARKET._replace(quantity=0, quote_quantity=2**62)).decided.reason == no.NOTIONAL_TOO_LARGE


def book_dependent() -> None:
    teller = prepared()
    teller.tell(
        """
        alice deposits 100 USDT
        alice buys 1 at market
        → refused BOOK_EMPTY
        bob deposits 5 BTC
        bob sells 2 at 60 as x
        bob sells 2 at 61 as x
        → refused CLIENT_ID_DUPLICATE
        alice buys 1 at 60 maker
        → refused WOULD_TAKE
        alice buys 2 at market
        → refused FUNDS_INSUFFICIENT
        the market halts
        alice buys 1 at 10
        → refused MARKET_NOT_TRADING
        """
    )


def malformed() -> None:
    exchange = prepared().exchange
    good = encode(ask.CancelAllOrders(9, ALICE, 0, 0))
    for bad in (b"", good[:-1], good[:7], b"\x07" + good[1:], good[:1] + b"\x05" + good[2:], b"\xff" * 64):
        results = decode_results(exchange.apply(exchange.sequence + 1, 3, 3, good + bad))
        assert [result.decided.reason for result in results] == [no.ORDER_UNKNOWN, no.MALFORMED, no.MALFORMED]
        assert results[1].decided[4:] == (0, -1, 0, 0)
        assert results[1].decided.kind == 0


STORIES: dict[Callable[[], None], set[int]] = {
    units_inexact: {no.MARKET_UNITS_INEXACT},
    assets_too_many: {no.ASSETS_TOO_MANY},
    markets_too_many: {no.MARKETS_TOO_MANY},
    open_orders_too_many: {no.OPEN_ORDERS_TOO_MANY},
    notional: {no.NOTIONAL_TOO_SMALL, no.NOTIONAL_TOO_LARGE},
    trailing_orders_too_many: {no.TRAILING_ORDERS_TOO_MANY, no.OWN_TRAILING_ORDERS_TOO_MANY},
    algo_orders_too_many: {no.ALGO_ORDERS_TOO_MANY},
    skipped: {no.SKIPPED},
    timed_orders_too_many: {no.TIMED_ORDERS_TOO_MANY},
    book_dependent: {no.BOOK_EMPTY, no.CLIENT_ID_DUPLICATE, no.WOULD_TAKE, no.MARKET_NOT_TRADING},
    malformed: {no.MALFORMED},
}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_refusal_that_needs_a_story(story: Callable[[], None]) -> None:
    story()


def told_elsewhere() -> set[str]:
    """What stories of the core's tests name as refused."""
    texts = [path.read_text() for path in Path(__file__).parent.glob("test_*.py")]
    return {reason for text in texts for reason in re.findall(r"→ (?:part \d+ )?refused (?:#\d+ )?([A-Z_]+)", text)}


def test_every_refusal_has_a_case() -> None:
    here = {no.REASON_NAMES[reason] for reason in set(CASES).union(*STORIES.values())}
    assert here | told_elsewhere() == set(no.REASON_NAMES.values()) - {"OK"}


def test_the_first_reason_in_order_is_the_one_reported() -> None:
    """Everything is wrong with this order; mending one field at a time walks the reasons upwards."""
    teller = prepared()
    order = LIMIT._replace(
        deadline_us=1, account=0, client_id="", side=9, type=9, time_in_force=9, stp=9, market=9, price=0, quantity=0
    )
    met = []
    for field in ("deadline_us", "account", "client_id", "side", "type", "time_in_force", "stp", "market", "price"):
        met.append(teller.do(order).decided.reason)
        order = order._replace(**{field: getattr(LIMIT, field)})
    met += [teller.do(order).decided.reason, teller.do(LIMIT).decided.reason]
    assert met == sorted(set(met))
    assert len(met) == 11
