"""Every reason to refuse has a case here, and a new one without a case fails this file."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.story import Teller
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u
from trueman.core.codec import decode_results, encode

ALICE = 1_024
LIMIT = ask.PlaceOrder(0, ALICE, 0, u.BUY, u.LIMIT, u.GTC, u.STP_NONE, 10, 1, 0, 0, "x")
MARKET = LIMIT._replace(type=u.MARKET, price=0)
DEPOSIT = ask.Deposit(0, ALICE, 7, 1, 0, 5)
LISTING = ask.CreateMarket(0, 1, 0, 1, 1, 1, 10, 1, 10, 0, 0, 0, "USDTBTC")
CANCEL = ask.CancelOrder(0, ALICE, 0, u.ANY_ORDER, 1, 0, "")
STOP = ask.PlaceOrderWithTerms(0, ALICE, 0, u.SELL, u.STOP_LOSS, u.GTC, 0, 0, 1, 0, 0, 90, 0, 0, 0, "stop")
GTD = ask.PlaceOrderWithTerms(0, ALICE, 0, u.BUY, u.LIMIT, u.GTD, 0, 10, 1, 0, 0, 0, 0, 0, 9, "gtd")
AMEND = ask.AmendOrder(0, ALICE, 0, 1, 1, 0, "")
GUARD = ask.GuardMarket(0, 0, *(0 for _ in ask.GuardMarket._fields[2:]))
TIMER = ask.CancelAllAfter(0, ALICE, 1_000_000, 0)
PAIR = (LIMIT._replace(side=u.SELL, type=u.LIMIT_MAKER), STOP._replace(stop_price=5))
LIST = ask.PlaceOrderList(0, ALICE, 0, u.OCO, 0, "list", PAIR)
BATCH = ask.PlaceBatch(0, ALICE, 0, (LIMIT,))
REPLACE = ask.CancelReplace(0, ALICE, u.STOP_ON_FAILURE, 0, (CANCEL, LIMIT))
SECOND = LIMIT._replace(client_id="y")
TRANSFER = ask.Transfer(0, ALICE, 7, 1, 0, 5, 1_025)

CASES: dict[int, list[ask.Command]] = {
    no.DEADLINE_PASSED: [
        command._replace(deadline_us=1) for command in (LIMIT, STOP, CANCEL, AMEND, TIMER, LIST, BATCH, REPLACE)
    ],
    no.ACCOUNT_INVALID: [
        *(LIMIT._replace(account=account) for account in (-1, 0, 1, 1_023, 2**40, 2**63 - 1)),
        *(DEPOSIT._replace(account=account) for account in (u.OUTSIDE_ACCOUNT, u.FEE_ACCOUNT)),
        CANCEL._replace(account=0),
        ask.CancelAllOrders(0, -5, 0, 0),
        ask.CancelOrderList(0, 5, 0, 1, 0),
        *(command._replace(account=2) for command in (AMEND, TIMER, LIST, BATCH, REPLACE)),
        ask.SetAccountTerms(0, 1, 0, 0, 3),
        ask.SetFeeAsset(0, 2, 0),
        ask.ReserveWithdrawal(0, u.TREASURY_ACCOUNT, 7, 1, 0, 5),
        *(TRANSFER._replace(target=target) for target in (ALICE, 0, 1, 3)),
        TRANSFER._replace(account=u.OUTSIDE_ACCOUNT),
    ],
    no.AMOUNT_NOT_POSITIVE: [DEPOSIT._replace(amount=0), ask.Withdraw(0, ALICE, 7, 1, 0, -(2**63))],
    no.CODE_INVALID: [
        *(ask.CreateAsset(0, 2, code) for code in ("", "btc", "B TC", "ABCDEFGHIJK", "B-C")),
        *(LISTING._replace(symbol=symbol) for symbol in ("", "A", "a/b", "ABCDEFGHIJKLMNOPQRSTU")),
    ],
    no.DECIMALS_OUT_OF_RANGE: [ask.CreateAsset(0, decimals, "ETH") for decimals in (13, 255)],
    no.CLIENT_ID_INVALID: [
        *(LIMIT._replace(client_id=text) for text in ("", "a b", "x" * 37, "{}", "id\\n")),
        CANCEL._replace(order_id=0),
        CANCEL._replace(order_id=0, client_id="a,b"),
        AMEND._replace(order_id=0),
        LIST._replace(client_id=""),
        LIST._replace(parts=(PAIR[0], PAIR[1]._replace(client_id="?"))),
    ],
    no.SIDE_INVALID: [LIMIT._replace(side=2)],
    no.TYPE_INVALID: [LIMIT._replace(type=7)],
    no.TIME_IN_FORCE_INVALID: [
        LIMIT._replace(time_in_force=4),
        STOP._replace(time_in_force=u.IOC),
        LIMIT._replace(type=u.LIMIT_MAKER, time_in_force=u.IOC),
        MARKET._replace(time_in_force=u.FOK),
    ],
    no.STP_INVALID: [LIMIT._replace(stp=5), STOP._replace(stp=255)],
    no.TRIGGER_INVALID: [
        STOP._replace(stop_price=0),
        STOP._replace(stop_price=-1),
        STOP._replace(trailing_bips=9),
        STOP._replace(trailing_bips=2_001),
        STOP._replace(trailing_bips=-10),
        STOP._replace(type=u.LIMIT, price=10),
        STOP._replace(type=u.MARKET, stop_price=0, trailing_bips=100),
        LIMIT._replace(type=u.STOP_LOSS, price=0),
    ],
    no.DISPLAY_INVALID: [
        GTD._replace(display_quantity=2),
        GTD._replace(display_quantity=-1),
        GTD._replace(time_in_force=u.IOC, expire_us=0, display_quantity=1),
        STOP._replace(display_quantity=1),
    ],
    no.EXPIRY_INVALID: [
        GTD._replace(expire_us=0),
        GTD._replace(expire_us=2),
        GTD._replace(expire_us=3 + u.EXPIRY_US_MAX),
        GTD._replace(time_in_force=u.GTC),
        LIMIT._replace(time_in_force=u.GTD),
    ],
    no.STATUS_INVALID: [ask.SetMarketStatus(0, 0, 6), ask.SetMarketStatus(0, 9, 255)],
    no.RESTRICTION_INVALID: [CANCEL._replace(restriction=3)],
    no.TIMEOUT_OUT_OF_RANGE: [TIMER._replace(timeout_us=us) for us in (-1, 1, 999_999, 86_400_000_001)],
    no.FEE_OUT_OF_RANGE: [
        LISTING._replace(maker_ppm=-1),
        LISTING._replace(maker_ppm=-100_001, taker_ppm=100_000),
        LISTING._replace(taker_ppm=100_001),
        ask.ChangeMarket(0, 0, 1, 10, 1, 10, 0, -6, 5),
    ],
    no.TERMS_INVALID: [
        ask.SetFeeTier(0, 16, 0, 0),
        ask.SetFeeTier(0, 0, -1, 0),
        ask.SetFeeTier(0, 0, 0, u.PPM_ONE + 1),
        ask.SetAccountTerms(0, ALICE, 16, 0, 3),
        ask.SetAccountTerms(0, ALICE, 0, -1, 3),
        ask.SetAccountTerms(0, ALICE, 0, 2**40, 3),
        ask.SetAccountTerms(0, ALICE, 0, 0, 4),
        ask.SetFeeAsset(0, ALICE, 2),
    ],
    no.LIST_INVALID: [
        LIST._replace(type=0),
        LIST._replace(type=u.OTOCO),
        LIST._replace(parts=PAIR[:1]),
        LIST._replace(parts=(PAIR[0], PAIR[1]._replace(client_id="x"))),
        LIST._replace(parts=(PAIR[0], PAIR[1]._replace(account=1_025))),
        LIST._replace(parts=(PAIR[0], PAIR[1]._replace(market=1))),
        LIST._replace(parts=(PAIR[0], PAIR[1]._replace(side=u.BUY))),
        LIST._replace(parts=(PAIR[0], PAIR[1]._replace(quantity=2))),
        LIST._replace(parts=(PAIR[1], PAIR[1]._replace(client_id="z"))),
        LIST._replace(parts=(PAIR[0], SECOND)),
        LIST._replace(parts=(GTD, PAIR[1]), type=u.OTO),
        LIST._replace(parts=(PAIR[1], PAIR[0]), type=u.OTO),
        BATCH._replace(parts=()),
        BATCH._replace(parts=(LIMIT,) * 51),
        BATCH._replace(parts=(LIMIT, SECOND._replace(account=1_025))),
        REPLACE._replace(mode=2),
        REPLACE._replace(parts=(LIMIT, CANCEL)),
        REPLACE._replace(parts=(CANCEL,)),
        REPLACE._replace(parts=(CANCEL, LIMIT, SECOND)),
    ],
    no.BOUNDS_INVALID: [
        *(LISTING._replace(price_ticks_min=price) for price in (0, 11, -1)),
        *(LISTING._replace(quantity_lots_max=quantity) for quantity in (0, 2**62)),
        *(LISTING._replace(lot_atoms=lot) for lot in (0, -1, 2**62 - 1)),
        LISTING._replace(tick_size_atoms=0),
        LISTING._replace(notional_atoms_min=-1),
        LISTING._replace(base=1, quote=1),
        GUARD._replace(orders_max=u.OPEN_ORDERS_MAX + 1),
        GUARD._replace(algo_orders_max=u.ALGO_ORDERS_MAX + 1),
        GUARD._replace(iceberg_parts_max=u.ICEBERG_PARTS_MAX + 1),
        GUARD._replace(market_lots_min=2, market_lots_max=1),
        GUARD._replace(bid_down_ppm=2, bid_up_ppm=1),
        GUARD._replace(ask_up_ppm=1_000 * u.PPM_ONE + 1),
        GUARD._replace(reference_price=-1),
        GUARD._replace(band_ppm=u.PPM_ONE, auction_us=1),
        GUARD._replace(band_ppm=1),
        GUARD._replace(auction_us=1),
        GUARD._replace(band_ppm=1, auction_us=u.AUCTION_US_MAX + 1),
        ask.ChangeMarket(0, 0, 5, 4, 1, 1, 0, 0, 0),
    ],
    no.ASSET_UNKNOWN: [
        DEPOSIT._replace(asset=2),
        DEPOSIT._replace(asset=65_535),
        TRANSFER._replace(asset=2),
        LISTING._replace(quote=2),
    ],
    no.ASSET_EXISTS: [ask.CreateAsset(0, 1, "BTC")],
    no.MARKET_UNKNOWN: [
        LIMIT._replace(market=1),
        CANCEL._replace(market=65_535),
        ask.CancelAllOrders(0, ALICE, 65_534, 0),
        ask.CancelOrderList(0, ALICE, 1, 1, 0),
        AMEND._replace(market=1),
        GUARD._replace(market=1),
        LIST._replace(market=1, parts=tuple(part._replace(market=1) for part in PAIR)),
        ask.SetMarketStatus(0, 1, u.HALTED),
        ask.ChangeMarket(0, 1, 1, 10, 1, 10, 0, 0, 0),
    ],
    no.MARKET_EXISTS: [LISTING._replace(symbol="BTCUSDT")],
    no.ORDER_UNKNOWN: [
        CANCEL,
        CANCEL._replace(order_id=-1),
        CANCEL._replace(order_id=0, client_id="never"),
        ask.CancelAllOrders(0, ALICE, 0, 0),
        ask.CancelAllOrders(0, ALICE, u.ALL_MARKETS, 0),
        ask.CancelOrderList(0, ALICE, 0, 1, 0),
        AMEND,
    ],
    no.PRICE_MISSING: [LIMIT._replace(price=0)],
    no.PRICE_NOT_ALLOWED: [MARKET._replace(price=1), MARKET._replace(price=-1), STOP._replace(price=80)],
    no.PRICE_OUT_OF_RANGE: [LIMIT._replace(price=1_000_001), LIMIT._replace(price=-1)],
    no.STOP_PRICE_OUT_OF_RANGE: [STOP._replace(stop_price=1_000_001)],
    no.QUANTITY_MISSING: [
        LIMIT._replace(quantity=0),
        LIMIT._replace(quote_quantity=5),
        LIMIT._replace(quantity=0, quote_quantity=5),
        MARKET._replace(quantity=0),
        MARKET._replace(quote_quantity=5),
        STOP._replace(quantity=0, quote_quantity=5),
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
        STOP,
        LIST,
        *(move(0, ALICE, 7, 1, 0, 1) for move in (ask.Withdraw, ask.ReserveWithdrawal, ask.SettleWithdrawal)),
        ask.ReleaseWithdrawal(0, ALICE, 7, 1, 0, 1),
        TRANSFER,
    ],
}
WITH_BOUNDS = {no.PRICE_OUT_OF_RANGE, no.STOP_PRICE_OUT_OF_RANGE, no.QUANTITY_OUT_OF_RANGE}


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


def open_orders_too_many() -> None:
    teller = prepared()
    teller.tell("alice deposits 100000000 USDT\nbob deposits 5 BTC")
    exchange = teller.exchange
    frames = [encode(LIMIT._replace(client_id=f"c{number}")) for number in range(u.OPEN_ORDERS_MAX)]
    exchange.apply(exchange.sequence + 1, len(frames), 3, b"".join(frames))
    teller.at(3)
    for extra in (LIMIT, LIMIT._replace(type=u.LIMIT_MAKER)):
        [result] = decode_results(exchange.apply(exchange.sequence + 1, 1, 3, encode(extra)))
        assert result.decided.reason == no.OPEN_ORDERS_TOO_MANY
        assert result.events[0][1:] == (10_001, 0, 10_000, 10_000)
    [result] = decode_results(exchange.apply(exchange.sequence + 1, 1, 3, encode(LIMIT._replace(time_in_force=u.IOC))))
    assert result.decided.reason == no.OK
    exchange.check()


def trailing_orders_too_many() -> None:
    teller = prepared()
    teller.tell("alice deposits 5000 BTC\nbob deposits 5 BTC")
    trailing = STOP._replace(trailing_bips=100)
    frames = [encode(trailing._replace(client_id=f"c{number}")) for number in range(u.TRAILING_ORDERS_MAX)]
    exchange = teller.exchange
    exchange.apply(exchange.sequence + 1, len(frames), 3, b"".join(frames))
    for order, reason in (
        (trailing._replace(account=1_025), no.TRAILING_ORDERS_TOO_MANY),
        (STOP, no.ALGO_ORDERS_TOO_MANY),
        (STOP._replace(account=1_025), no.OK),
    ):
        [result] = decode_results(exchange.apply(exchange.sequence + 1, 1, 3, encode(order)))
        assert no.REASON_NAMES[result.decided.reason] == no.REASON_NAMES[reason]
    exchange.check()


def timed_orders_too_many() -> None:
    """Good-till-date orders of ten accounts; one of them expires, and there is room for another."""
    exchange = prepared().exchange
    accounts = range(ALICE, ALICE + u.TIMED_ORDERS_MAX // u.OPEN_ORDERS_MAX)
    for account in accounts:
        orders = [ask.Deposit(0, account, account, 1, 1, 1_000_000)] + [
            GTD._replace(account=account, client_id=f"c{number}", expire_us=1_000 + number)
            for number in range(u.OPEN_ORDERS_MAX)
        ]
        exchange.apply(exchange.sequence + 1, len(orders), 3, b"".join(map(encode, orders)))
    extra = GTD._replace(account=ALICE + 50, price=1, expire_us=9_000_000)
    exchange.apply(exchange.sequence + 1, 1, 3, encode(ask.Deposit(0, extra.account, 99, 1, 1, 10)))
    for time_us, reason in ((3, no.TIMED_ORDERS_TOO_MANY), (1_000, no.OK)):
        [result] = decode_results(exchange.apply(exchange.sequence + 1, 1, time_us, encode(extra)))
        assert no.REASON_NAMES[result.decided.reason] == no.REASON_NAMES[reason]


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
    trailing_orders_too_many: {no.TRAILING_ORDERS_TOO_MANY, no.ALGO_ORDERS_TOO_MANY},
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
