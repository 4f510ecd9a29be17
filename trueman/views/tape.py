"""The last trades of a market, and how several fills of one order read as one trade."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from trueman.core.events import Traded
from trueman.core.units import SELL

TRADES_MAX: Final = 1_000
"""Trades that a tape remembers; PostgreSQL knows the rest."""


class Trade(NamedTuple):
    time_us: int
    traded: Traded

    @property
    def is_buyer_maker(self) -> bool:
        return self.traded.taker_side == SELL


class Aggregate(NamedTuple):
    """The fills of one taker order at one price.

    Its number is that of its last trade: unique, rising, and asking from the next number on never cuts one in two.
    """

    number: int
    time_us: int
    price: int
    quantity: int
    first_trade_id: int
    last_trade_id: int
    taker_order: int
    taker_side: int


class Tape:
    __slots__ = ("_trades", "last_trade_id", "market")

    def __init__(self, market: int, last_trade_id: int = 0, trades: Iterable[Trade] = ()) -> None:
        """`trades` are the newest ones, oldest first."""
        self.market = market
        self.last_trade_id = last_trade_id
        self._trades: deque[Trade] = deque(trades, TRADES_MAX)

    def fold(self, time_us: int, traded: Traded) -> None:
        assert traded.trade_id == self.last_trade_id + 1, "a trade is missing"
        self.last_trade_id = traded.trade_id
        self._trades.append(Trade(time_us, traded))

    def recent(self, limit: int) -> list[Trade]:
        """At most `limit` of the newest trades, oldest first."""
        newest = list(islice(reversed(self._trades), max(limit, 0)))
        newest.reverse()
        return newest

    def last(self) -> Trade | None:
        return self._trades[-1] if self._trades else None


def aggregates(trades: Iterable[Trade]) -> Iterator[Aggregate]:
    """Join neighbours that one taker order made at one price; `trades` are of one market, oldest first."""
    open_one: Aggregate | None = None
    for time_us, traded in trades:
        if open_one and open_one.taker_order == traded.taker_order and open_one.price == traded.price:
            open_one = open_one._replace(
                number=traded.trade_id,
                quantity=open_one.quantity + traded.quantity,
                last_trade_id=traded.trade_id,
            )
            continue
        if open_one:
            yield open_one
        number = traded.trade_id
        open_one = Aggregate(
            number, time_us, traded.price, traded.quantity, number, number, traded.taker_order, traded.taker_side
        )
    if open_one:
        yield open_one
