"""Books that somebody built to make one command expensive, and how many lines of the core that command runs through.

A program: it runs from uncompiled sources, where lines can be counted, so that the result is the same on every
machine. It prints, for each book, the lines of one command in a book of a size and in one four times as large.
"""

import argparse
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import trueman.core.exchange as core
from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.codec import decode_results, encode
from trueman.core.rejections import OK, REASON_NAMES
from trueman.core.rulesets import NEWEST_RULESET

SIZES = (240, 960)
"""The larger is four times the smaller, and below every bound of one command but the one that is tried."""
FIRST = 2_000
"""The first of the accounts that fill the book; alice and bob come after with a command of their own."""
ALICE, BOB = 1_024, 1_025
EACH = 20
"""Orders of one account, where there are to be many."""
PRICE = 5_000
LIMIT: Any = ask.PlaceOrder(0, FIRST, 0, u.SELL, u.LIMIT, u.GTC, u.STP_NONE, PRICE, 1, 0, 0, "x")
TERMS: Any = ask.PlaceOrderWithTerms(*LIMIT[:-1], 0, 0, 0, 0, "x")
GUARDS = ask.GuardMarket(*[0] * len(ask.GuardMarket._fields))._replace(
    orders_max=u.OPEN_ORDERS_MAX, algo_orders_max=u.ALGO_ORDERS_MAX, iceberg_orders_max=u.ICEBERG_ORDERS_MAX
)
AUCTION, TRADE = ask.SetMarketStatus(0, 0, u.AUCTION), ask.SetMarketStatus(0, 0, u.TRADING)
TRAIL: Any = TERMS._replace(type=u.STOP_LOSS_LIMIT, price=1, trailing_bips=2_000)
Tried = tuple[list[Any], Any]
"""What fills a book of a size, and the command that is tried in it."""
Book = Callable[[int], Tried]
BOOKS: dict[str, Book] = {}


def book(build: Book) -> Book:
    BOOKS[build.__name__] = build
    return build


def many(size: int, order: Any, each: int = EACH, **at: Callable[[int], int]) -> list[Any]:
    """So many orders like this one, some of each account; `at` says what differs from one to the next."""
    return [
        order._replace(
            account=FIRST + n // each,
            client_id=f"{order.type}-{order.side}-{n}",
            **{name: value(n) for name, value in at.items()},
        )
        for n in range(size)
    ]


@book
def one_level_is_taken(size: int) -> Tried:
    return many(size, LIMIT), buy(size)


@book
def many_levels_are_taken(size: int) -> Tried:
    return many(size, LIMIT, price=lambda n: PRICE + n), buy(size, price=2 * PRICE)


@book
def icebergs_are_taken(size: int) -> Tried:
    return many(size, TERMS._replace(quantity=5, display_quantity=1)), buy(5 * size)


@book
def fill_or_kill_that_fills_nothing(size: int) -> Tried:
    asks = many(size, LIMIT, price=lambda n: PRICE + n)
    return asks, buy(size + 1, price=2 * PRICE, time_in_force=u.FOK, stp=u.STP_EXPIRE_TAKER)


@book
def fill_or_kill_among_own_icebergs(size: int) -> Tried:
    asks = many(size, TERMS._replace(quantity=5, display_quantity=1))
    own = TERMS._replace(account=ALICE, quantity=5, display_quantity=1, client_id="own")
    return [*asks, own], buy(5 * size, time_in_force=u.FOK, stp=u.STP_DECREMENT)


@book
def at_market_against_many_levels(size: int) -> Tried:
    asks = many(size, LIMIT, price=lambda n: PRICE + n)
    return asks, buy(size, price=0, type=u.MARKET, stp=u.STP_EXPIRE_MAKER)


@book
def own_orders_are_in_the_way(size: int) -> Tried:
    own = many(size, LIMIT, each=size)
    taker = buy(1, account=FIRST, stp=u.STP_EXPIRE_MAKER)
    return own, taker


@book
def all_of_an_account_are_cancelled(size: int) -> Tried:
    orders = many(size, LIMIT, each=size, market=lambda n: n % 2, price=lambda n: PRICE + n)
    return orders, ask.CancelAllOrders(0, FIRST, u.ALL_MARKETS, 0)


@book
def pairs_are_cancelled(size: int) -> Tried:
    return pairs(size // 2, each=size), ask.CancelAllOrders(0, FIRST, 0, 0)


@book
def pairs_lose_one_each(size: int) -> Tried:
    return pairs(size // 2, each=EACH // 2), buy(size)


@book
def a_market_closes(size: int) -> Tried:
    """Among as many orders of other markets."""
    orders = many(2 * size, LIMIT, market=lambda n: n % 2)
    return orders, ask.SetMarketStatus(0, 0, u.CLOSED)


@book
def an_auction_ends(size: int) -> Tried:
    return [AUCTION, *two_sides(size, u.STP_NONE)], TRADE


@book
def an_auction_of_one_owner_ends(size: int) -> Tried:
    """The one seller meets every buyer of its own, best first, and none of them may trade with it."""
    own = many(size, LIMIT._replace(side=u.BUY, stp=u.STP_EXPIRE_TAKER), each=size, price=lambda n: PRICE + n)
    return [AUCTION, LIMIT, *own], TRADE


@book
def many_stops_fire_at_once(size: int) -> Tried:
    stop = TERMS._replace(type=u.STOP_LOSS_LIMIT, stop_price=PRICE - 1, price=PRICE - 2)
    return [*many(size, stop), *bid_and_ask(PRICE - 2)], sell(1, PRICE - 2)


@book
def every_stop_sets_off_the_next_and_all_that_trail(size: int) -> Tried:
    buy_stop = TERMS._replace(side=u.BUY, type=u.STOP_LOSS_LIMIT)
    rungs = many(size, buy_stop, stop_price=lambda n: PRICE + n + 1, price=lambda n: PRICE + n + 2)
    asks = many(size, LIMIT, price=lambda n: PRICE + n + 1)
    return [*many(size, TRAIL), *rungs, *asks], buy(1, price=PRICE + 1)


@book
def many_trail_one_trade(size: int) -> Tried:
    trailing = many(size, TRAIL, trailing_bips=lambda n: 2_000 - n)
    return [*trailing, sell(1, PRICE + 1)], buy(1, price=PRICE + 1)


@book
def many_crowds_see_a_trade_that_is_nothing_to_them(size: int) -> Tried:
    return [*crowds(size), sell(1, PRICE - size)], buy(1, price=PRICE - size)


@book
def many_crowds_become_one(size: int) -> Tried:
    return [*crowds(size), sell(1, PRICE + 1)], buy(1, price=PRICE + 1)


@book
def many_crowds_that_became_one_move_again(size: int) -> Tried:
    moved = [*crowds(size), sell(1, PRICE + 1), buy(1, price=PRICE + 1, client_id="before")]
    return [*moved, sell(1, PRICE + 2)], buy(1, price=PRICE + 2)


@book
def one_of_many_that_trail_fires(size: int) -> Tried:
    first = TRAIL._replace(account=ALICE, trailing_bips=10, client_id="first")
    return [*many(size, TRAIL), first, sell(1, PRICE - 5)], buy(1, price=PRICE - 5)


@book
def one_of_many_that_trail_is_cancelled(size: int) -> Tried:
    return many(size, TRAIL, trailing_bips=lambda n: 2_000 - n), ask.CancelOrder(0, FIRST, 0, 0, 0, 0, "4-1-7")


@book
def all_that_trail_fire_at_once(size: int) -> Tried:
    trails = many(size, TRAIL, trailing_bips=lambda n: 2_000 - n)
    return [*trails, sell(1, PRICE // 2)], buy(1, price=PRICE // 2)


@book
def lists_that_were_put_off_begin(size: int) -> Tried:
    return put_off(size), TRADE


@book
def lists_that_were_put_off_are_cancelled(size: int) -> Tried:
    return put_off(size, each=size), ask.CancelAllOrders(0, FIRST, 0, 0)


@book
def one_of_many_lists_that_were_put_off_is_cancelled(size: int) -> Tried:
    return put_off(size), cancel_of(size // 2)


@book
def lists_that_were_put_off_are_gone(size: int) -> Tried:
    """Their cancels have paid for it: the market opens as if they had never been."""
    return [*put_off(size), *map(cancel_of, range(size))], TRADE


@book
def a_position_of_many_orders(size: int) -> Tried:
    bids = many(size, LIMIT._replace(side=u.BUY), each=size, price=lambda n: n + 1)
    guards = GUARDS._replace(position_lots_max=2**61, reference_price=PRICE)
    return [guards, *bids], buy(1, account=FIRST)


@book
def many_dates_are_over(size: int) -> Tried:
    timed = TERMS._replace(time_in_force=u.GTD, expire_us=2)
    return many(size, timed, price=lambda n: PRICE + n), ask.SetFeeAsset(0, BOB, 0)


@book
def a_switch_falls(size: int) -> Tried:
    timer = ask.CancelAllAfter(0, FIRST, u.CANCEL_TIMER_US_MIN, 0)
    return [*many(size, LIMIT, each=size), timer], ask.SetFeeAsset(0, BOB, 0)


@book
def a_far_price_was_here(size: int) -> Tried:
    """The price that is tried is the only one left near, after one far away that is gone."""
    far = LIMIT._replace(price=2**61 // size, client_id="far")
    gone = ask.CancelOrder(0, FIRST, 0, u.ANY_ORDER, 0, 0, "far")
    return [*many(size, LIMIT, price=lambda n: PRICE + n), far, gone], buy(1, price=PRICE - 1)


@book
def a_batch_of_cancels(size: int) -> Tried:
    names = [f"0-1-{n}" for n in range(u.BATCH_ORDERS_MAX)]
    cancels = tuple(ask.CancelOrder(0, FIRST, 0, u.ANY_ORDER, 0, 0, name) for name in names)
    return many(size, LIMIT, each=size), ask.PlaceBatch(0, FIRST, 0, cancels)


def plain(record: type[Any]) -> Book:
    """A command of a kind, asked by somebody with many orders, in a book of many levels."""

    def build(size: int) -> Tried:
        orders = many(size, LIMIT, each=size, price=lambda n: PRICE + n)
        cancel = ask.CancelOrder(0, FIRST, 0, u.ANY_ORDER, 0, 0, "0-1-7")
        parts: tuple[Any, ...] = (LIMIT, LIMIT) if record is ask.PlaceOrderList else (cancel, LIMIT)
        given: dict[str, Any] = {"account": FIRST, "price": PRICE, "quantity": 1, "order_id": 5}
        given |= {"client_id": "new", "parts": parts}
        given |= {"code": "ETH", "symbol": "ETHBTC", "status": u.HALTED, "source": 7, "operation": 1, "amount": 1}
        return orders, record(*(given.get(name, 0) for name in record._fields))

    return build


BOOKS |= {f"plain_{record.__name__}": plain(record) for record in ask.COMMAND_KINDS.values()}


def buy(quantity: int, **fields: Any) -> ask.PlaceOrder:
    return LIMIT._replace(account=ALICE, side=u.BUY, quantity=quantity, client_id="taker")._replace(**fields)


def sell(quantity: int, price: int) -> ask.PlaceOrder:
    return LIMIT._replace(account=BOB, quantity=quantity, price=price, client_id=f"sell-{price}")


def crowds(size: int) -> list[Any]:
    """So many that trail, and each has seen another price as the highest."""
    trails = many(size, TRAIL)
    references = [GUARDS._replace(reference_price=PRICE - n) for n in range(size)]
    return [command for pair in zip(references, trails, strict=True) for command in pair]


def bid_and_ask(price: int) -> list[Any]:
    return [buy(10, price=price, client_id="bid")]


def two_sides(size: int, stp: int) -> list[Any]:
    """Buyers at so many prices, and sellers at as many below them."""
    half = size // 2
    asks = many(half, LIMIT._replace(stp=stp), price=lambda n: PRICE - n)
    return [*asks, *many(half, LIMIT._replace(side=u.BUY, stp=stp), price=lambda n: PRICE + n)]


def pairs(count: int, each: int) -> list[Any]:
    lists: list[Any] = []
    for n in range(count):
        account = FIRST + n // each
        maker = LIMIT._replace(account=account, type=u.LIMIT_MAKER, client_id=f"m{n}")
        stop = TERMS._replace(account=account, type=u.STOP_LOSS, price=0, stop_price=1, client_id=f"s{n}")
        lists.append(ask.PlaceOrderList(0, account, 0, u.OCO, 0, f"l{n}", (maker, stop)))
    return lists


def put_off(size: int, each: int = EACH) -> list[Any]:
    """The working orders of so many lists were filled by one order, which then called an auction."""
    lists: list[Any] = []
    for n in range(size):
        working = LIMIT._replace(account=FIRST + n // each, side=u.BUY, client_id=f"w{n}")
        pending = working._replace(side=u.SELL, price=PRICE + 1, client_id=f"p{n}")
        lists.append(ask.PlaceOrderList(0, working.account, 0, u.OTO, 0, f"l{n}", (working, pending)))
    guards = GUARDS._replace(reference_price=PRICE, band_ppm=u.PPM_ONE // 10, auction_us=u.AUCTION_US_MAX)
    seller = sell(size + 1, PRICE // 2)._replace(time_in_force=u.IOC)
    return [guards, *lists, buy(1, price=PRICE // 2), seller]


def cancel_of(pending: int) -> ask.CancelOrder:
    return ask.CancelOrder(0, FIRST + pending // EACH, 0, u.ANY_ORDER, 0, 0, f"p{pending}")


def opened(ruleset: int) -> core.Exchange:
    """Two markets, and everybody rich."""
    exchange = core.Exchange(ruleset)
    market = ask.CreateMarket(0, 0, 1, 1, 1, 1, 2**61, 1, 2**30, 0, 0, 0, "AAABBB")
    do(exchange, [ask.CreateAsset(0, 0, "AAA"), ask.CreateAsset(0, 0, "BBB"), market])
    do(exchange, [market._replace(symbol="AAACCC")])
    do(exchange, [GUARDS._replace(market=number, reference_price=PRICE) for number in range(2)])
    for account in (ALICE, BOB, *range(FIRST, FIRST + 200)):
        for asset, amount in enumerate((2**40, 2**53)):
            do(exchange, [ask.Deposit(0, account, 10_000 * account + asset, 1, asset, amount)])
    return exchange


def do(exchange: core.Exchange, commands: list[Any]) -> None:
    frame = b"".join(map(encode, commands))
    results = decode_results(exchange.apply(exchange.sequence + 1, len(commands), 1, frame))
    wrong = {REASON_NAMES[result.decided.reason] for result in results if result.decided.reason != OK}
    assert not wrong, wrong


def lines_of(exchange: core.Exchange, command: ask.Command) -> int:
    """How many lines run while the command is decided, a second later, when whatever was to fall due has."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += 1
        return trace

    data = encode(command)
    sys.settrace(trace)
    try:
        exchange.apply(exchange.sequence + 1, 1, 1 + u.CANCEL_TIMER_US_MIN, data)
    finally:
        sys.settrace(None)
    exchange.check()
    return count


def main() -> None:
    if not str(core.__file__).endswith(".py"):
        raise SystemExit("compiled lines cannot be counted: run this from uncompiled sources")
    parser = argparse.ArgumentParser()
    parser.add_argument("--ruleset", type=int, default=NEWEST_RULESET)
    parser.add_argument("--book", choices=BOOKS, nargs="+", default=list(BOOKS))
    given = parser.parse_args()
    empty = opened(given.ruleset).snapshot()
    for name in given.book:
        counts = []
        for size in SIZES:
            exchange = core.Exchange.restore(empty)
            orders, command = BOOKS[name](size)
            do(exchange, orders)
            counts.append(lines_of(exchange, command))
        sys.stdout.write(f"{name} {counts[0]} {counts[1]}\n")


if __name__ == "__main__":
    main()
