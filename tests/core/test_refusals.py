"""Every reason to refuse has a case here, and a new one without a case fails this file."""

from collections.abc import Callable

import pytest

from tests.story import Teller
from trueman.core import commands as ask
from trueman.core import rejections as no
from trueman.core import units as u
from trueman.core.codec import decode_results, encode

ALICE = 1_024
LIMIT = ask.PlaceOrder(0, ALICE, 0, u.BUY, u.LIMIT, u.GTC, u.STP_NONE, 10, 1, 0, 0, "x")
MARKET = LIMIT._replace(type=u.MARKET, price=0)
DEPOSIT = ask.Deposit(0, ALICE, 7, 1, 0, 5)
LISTING = ask.CreateMarket(0, 1, 0, 1, 1, 1, 10, 1, 10, 0, 0, 0, "USDTBTC")
CANCEL = ask.CancelOrder(0, ALICE, 0, 1, 0, "")

CASES: dict[int, list[ask.Command]] = {
    no.DEADLINE_PASSED: [LIMIT._replace(deadline_us=1), CANCEL._replace(deadline_us=1)],
    no.ACCOUNT_INVALID: [
        *(LIMIT._replace(account=account) for account in (-1, 0, 1, 1_023, 2**40, 2**63 - 1)),
        *(DEPOSIT._replace(account=account) for account in (u.OUTSIDE_ACCOUNT, u.FEE_ACCOUNT)),
        CANCEL._replace(account=0),
        ask.CancelAllOrders(0, -5, 0, 0),
    ],
    no.AMOUNT_NOT_POSITIVE: [DEPOSIT._replace(amount=0), ask.Withdraw(0, ALICE, 7, 1, 0, -(2**63))],
    no.CODE_INVALID: [
        *(ask.CreateAsset(0, 2, code) for code in ("", "btc", "B TC", "ABCDEFGHIJK", "B-C")),
        *(LISTING._replace(symbol=symbol) for symbol in ("", "A", "a/b", "ABCDEFGHIJKLMNOPQRSTU")),
    ],
    no.DECIMALS_OUT_OF_RANGE: [ask.CreateAsset(0, -1, "ETH"), ask.CreateAsset(0, 13, "ETH")],
    no.CLIENT_ID_INVALID: [
        *(LIMIT._replace(client_id=text) for text in ("", "a b", "x" * 37, "{}", "id\\n")),
        CANCEL._replace(order_id=0),
        CANCEL._replace(order_id=0, client_id="a,b"),
    ],
    no.SIDE_INVALID: [LIMIT._replace(side=2)],
    no.TYPE_INVALID: [LIMIT._replace(type=3)],
    no.TIME_IN_FORCE_INVALID: [
        LIMIT._replace(time_in_force=3),
        LIMIT._replace(type=u.LIMIT_MAKER, time_in_force=u.IOC),
        MARKET._replace(time_in_force=u.FOK),
    ],
    no.STP_INVALID: [LIMIT._replace(stp=4), LIMIT._replace(stp=-1)],
    no.STATUS_INVALID: [ask.SetMarketStatus(0, 0, 3), ask.SetMarketStatus(0, 9, -1)],
    no.FEE_OUT_OF_RANGE: [LISTING._replace(maker_ppm=-1), LISTING._replace(taker_ppm=100_001)],
    no.BOUNDS_INVALID: [
        *(LISTING._replace(price_ticks_min=price) for price in (0, 11, -1)),
        *(LISTING._replace(quantity_lots_max=quantity) for quantity in (0, 2**62)),
        *(LISTING._replace(lot_atoms=lot) for lot in (0, -1, 2**62 - 1)),
        LISTING._replace(tick_size_atoms=0),
        LISTING._replace(notional_atoms_min=-1),
        LISTING._replace(base=0),
        ask.ChangeMarket(0, 0, 5, 4, 1, 1, 0, 0, 0),
    ],
    no.ASSET_UNKNOWN: [DEPOSIT._replace(asset=2), DEPOSIT._replace(asset=-1), LISTING._replace(quote=2)],
    no.ASSET_EXISTS: [ask.CreateAsset(0, 1, "BTC")],
    no.MARKET_UNKNOWN: [
        LIMIT._replace(market=1),
        CANCEL._replace(market=-1),
        ask.CancelAllOrders(0, ALICE, 2**62, 0),
        ask.SetMarketStatus(0, 1, u.HALTED),
        ask.ChangeMarket(0, 1, 1, 10, 1, 10, 0, 0, 0),
    ],
    no.MARKET_EXISTS: [LISTING._replace(symbol="BTCUSDT")],
    no.ORDER_UNKNOWN: [
        CANCEL,
        CANCEL._replace(order_id=-1),
        CANCEL._replace(order_id=0, client_id="never"),
        ask.CancelAllOrders(0, ALICE, 0, 0),
    ],
    no.PRICE_MISSING: [LIMIT._replace(price=0)],
    no.PRICE_NOT_ALLOWED: [MARKET._replace(price=1), MARKET._replace(price=-1)],
    no.PRICE_OUT_OF_RANGE: [LIMIT._replace(price=1_000_001), LIMIT._replace(price=-1)],
    no.QUANTITY_MISSING: [
        LIMIT._replace(quantity=0),
        LIMIT._replace(quote_quantity=5),
        LIMIT._replace(quantity=0, quote_quantity=5),
        MARKET._replace(quantity=0),
        MARKET._replace(quote_quantity=5),
    ],
    no.QUANTITY_OUT_OF_RANGE: [LIMIT._replace(quantity=1_001), MARKET._replace(quantity=-1)],
    no.OPERATION_OUT_OF_ORDER: [
        *(DEPOSIT._replace(operation=operation) for operation in (0, 2, -1)),
        *(DEPOSIT._replace(source=source) for source in (0, -1, 2**53 + 1)),
    ],
    no.SUPPLY_EXCEEDED: [DEPOSIT._replace(amount=u.SUPPLY_ATOMS_MAX + 1)],
    no.FUNDS_INSUFFICIENT: [
        LIMIT,
        LIMIT._replace(side=u.SELL),
        MARKET,
        MARKET._replace(side=u.SELL),
        MARKET._replace(side=u.SELL, quantity=0, quote_quantity=5),
        ask.Withdraw(0, ALICE, 7, 1, 0, 1),
    ],
}


def prepared() -> Teller:
    teller = Teller()
    teller.time_us = 2
    return teller


@pytest.mark.parametrize(
    ("reason", "command"),
    [(reason, command) for reason, commands in CASES.items() for command in commands],
    ids=lambda value: no.REASON_NAMES[value] if isinstance(value, int) else type(value).__name__,
)
def test_a_refusal_says_why_and_changes_nothing(reason: int, command: ask.Command) -> None:
    teller = prepared()
    result = teller.do(command)
    assert no.REASON_NAMES[result.decided.reason] == no.REASON_NAMES[reason]
    assert result.events == ()
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


def open_orders_too_many() -> None:
    teller = prepared()
    teller.tell("alice deposits 100000000 USDT\nbob deposits 5 BTC")
    exchange = teller.exchange
    frames = [encode(LIMIT._replace(client_id=f"c{number}")) for number in range(u.OPEN_ORDERS_MAX)]
    exchange.apply(exchange.sequence + 1, len(frames), 3, b"".join(frames))
    teller.time_us = 3
    for extra in (LIMIT, LIMIT._replace(type=u.LIMIT_MAKER)):
        [result] = decode_results(exchange.apply(exchange.sequence + 1, 1, 3, encode(extra)))
        assert result.decided.reason == no.OPEN_ORDERS_TOO_MANY
    [result] = decode_results(exchange.apply(exchange.sequence + 1, 1, 3, encode(LIMIT._replace(time_in_force=u.IOC))))
    assert result.decided.reason == no.OK
    exchange.check()


def notional() -> None:
    teller = prepared()
    most = u.SUPPLY_ATOMS_MAX
    teller.do(ask.ChangeMarket(0, 0, 1, most, 1, most, 50, 0, 0))
    assert teller.do(LIMIT).decided.reason == no.NOTIONAL_TOO_SMALL
    assert teller.do(MARKET._replace(quantity=0, quote_quantity=49)).decided.reason == no.NOTIONAL_TOO_SMALL
    assert teller.do(LIMIT._replace(price=most, quantity=2)).decided.reason == no.NOTIONAL_TOO_LARGE
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
    for bad in (b"", good[:-1], good[:7], b"\x07" + good[1:], good[:4] + b"\x29" + good[5:], b"\xff" * 64):
        results = decode_results(exchange.apply(exchange.sequence + 1, 3, 3, good + bad))
        assert [result.decided.reason for result in results] == [no.ORDER_UNKNOWN, no.MALFORMED, no.MALFORMED]
        assert results[1].decided[2:] == (0, 0, -1, no.MALFORMED, 0, 0)


STORIES: dict[Callable[[], None], set[int]] = {
    units_inexact: {no.MARKET_UNITS_INEXACT},
    assets_too_many: {no.ASSETS_TOO_MANY},
    markets_too_many: {no.MARKETS_TOO_MANY},
    open_orders_too_many: {no.OPEN_ORDERS_TOO_MANY},
    notional: {no.NOTIONAL_TOO_SMALL, no.NOTIONAL_TOO_LARGE},
    book_dependent: {no.BOOK_EMPTY, no.CLIENT_ID_DUPLICATE, no.WOULD_TAKE, no.MARKET_NOT_TRADING},
    malformed: {no.MALFORMED},
}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_refusal_that_needs_a_story(story: Callable[[], None]) -> None:
    story()


def test_every_refusal_has_a_case() -> None:
    assert set(CASES).union(*STORIES.values()) == set(no.REASON_NAMES) - {no.OK}


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
