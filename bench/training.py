"""What the C compiler is shown before it lays out the core: `python -m bench.training`.

An ordinary day, the book's own workloads, a day on which everything occurs that may be asked, and a snapshot there and
back. The instrumented core counts which way it went at every branch; compiled again with the counts, what runs lies
together and what does not is out of the way (setup.py). The day of rare things keeps them from being taken for dead.
"""

from collections import deque
from collections.abc import Iterator
from random import Random
from typing import Final

from bench.day import MIDDLE_TICKS, RECENT_ORDERS, framed, play, trading, world
from bench.replay import Replay
from bench.workloads import SWINGS, workload
from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.exchange import Exchange

ACCOUNTS: Final = 1_000
MARKETS: Final = 8
ORDINARY: Final = 200_000
RARE: Final = 60_000
BOOK_MESSAGES: Final = 100_000
FRAME: Final = 64
AUCTION_EVERY: Final = 5_000
AUCTION_COMMANDS: Final = 500
"""Commands: how often all markets go into an auction, and how long they collect orders."""
STOPS: Final = (u.STOP_LOSS, u.STOP_LOSS_LIMIT, u.TAKE_PROFIT, u.TAKE_PROFIT_LIMIT)
TYPES: Final = (u.LIMIT,) * 4 + (u.MARKET, u.LIMIT_MAKER)
MODES: Final = (u.STP_NONE, u.STP_EXPIRE_TAKER, u.STP_EXPIRE_MAKER, u.STP_EXPIRE_BOTH, u.STP_DECREMENT)
LIFE_US: Final = 2_000
"""Of an order until a date."""
TIMEOUT_US: Final = 5_000_000
"""Of the dead man's switch, and of an order or a cancel with a deadline."""

Placed = tuple[int, int, str]
"""Account, market and client id of an order."""


class RareThings:
    """Commands of every kind, few of them refused. A command a microsecond."""

    def __init__(self, seed: int, began_us: int) -> None:
        self.random = Random(seed)
        self.began_us = began_us
        self.number = 0
        self.placed: deque[Placed] = deque(maxlen=RECENT_ORDERS)

    def commands(self, count: int) -> Iterator[ask.Command]:
        for self.number in range(1, count + 1):
            status = {0: u.AUCTION, AUCTION_COMMANDS: u.TRADING}.get(self.number % AUCTION_EVERY)
            if status is not None:
                yield from (ask.SetMarketStatus(0, market, status) for market in range(MARKETS))
            yield self._any()

    def _any(self) -> ask.Command:
        pick = self.random.random()
        if pick < 0.30 or not self.placed:
            return self._order("o")
        if pick < 0.45:
            return self._with_terms("t")
        if pick < 0.52:
            return self._list()
        if pick < 0.56:
            return self._batch()
        if pick < 0.60:
            cancel = self._cancel()
            order = self._order("r")._replace(account=cancel.account, market=cancel.market)
            return ask.CancelReplace(0, cancel.account, u.ALLOW_FAILURE, 0, (cancel, order))
        if pick < 0.66:
            account, market, client_id = self._recent()
            return ask.AmendOrder(0, account, market, 0, self.random.randint(1, 10), 0, client_id)
        return self._all_or_money(pick)

    def _all_or_money(self, pick: float) -> ask.Command:
        account = self._account()
        if pick < 0.67:
            return ask.CancelAllOrders(0, account, self._market(), 0)
        if pick < 0.68:
            return ask.CancelAllAfter(0, account, TIMEOUT_US, 0)
        if pick < 0.70:
            return ask.Deposit(0, account, 10**6 + self.number, 1, self.random.randrange(MARKETS + 1), 1)
        if pick < 0.72:
            return ask.ReserveWithdrawal(0, account, 10**6 + self.number, 1, self.random.randrange(MARKETS + 1), 1)
        return self._cancel()

    def _batch(self) -> ask.PlaceBatch:
        cancel, order, stop = self._cancel(), self._order("a"), self._with_terms("b")
        account = cancel.account
        return ask.PlaceBatch(0, account, 0, (order._replace(account=account), stop._replace(account=account), cancel))

    def _account(self) -> int:
        return u.USER_ACCOUNT_MIN + self.random.randrange(ACCOUNTS)

    def _market(self) -> int:
        return self.random.randrange(MARKETS)

    def _price(self) -> int:
        return MIDDLE_TICKS + round(self.random.gauss(0, 20))

    def _order(self, name: str) -> ask.PlaceOrder:
        random, kind = self.random, self.random.choice(TYPES)
        side, stp = random.randrange(2), random.choice(MODES)
        price = 0 if kind == u.MARKET else self._price() + (15 if (side == u.SELL) == (kind == u.LIMIT_MAKER) else 0)
        force = random.choice((u.GTC, u.GTC, u.IOC, u.FOK)) if kind == u.LIMIT else u.GTC
        placed = account, market, client_id = self._account(), self._market(), f"{name}{self.number}"
        self.placed.append(placed)
        terms = (side, kind, force, stp, price, random.randint(1, 50))
        return ask.PlaceOrder(0, account, market, *terms, 0, self._deadline(), client_id)

    def _with_terms(self, name: str) -> ask.PlaceOrderWithTerms:
        """A stop, with or without a trail, an iceberg, or an order until a date."""
        random, plain = self.random, self._order(name)
        stop, trail, shown, until, force, kind = 0, 0, 0, 0, u.GTC, u.LIMIT
        pick = random.random()
        if pick < 0.5:
            kind, stop = random.choice(STOPS), self._price()
            trail = 100 if random.random() < 0.2 else 0
        elif pick < 0.75:
            shown = 10
        else:
            force, until = u.GTD, self.began_us + self.number + random.randint(FRAME, LIFE_US)
        price = 0 if kind in (u.STOP_LOSS, u.TAKE_PROFIT) else self._price()
        where = (0, plain.account, plain.market, plain.side, kind, force, plain.stp)
        return ask.PlaceOrderWithTerms(
            *where, price, random.randint(20, 50), 0, 0, stop, trail, shown, until, plain.client_id
        )

    def _list(self) -> ask.PlaceOrderList:
        """A pair around the price; or one of them after a working order; or the pair after it."""
        random, price = self.random, self._price()
        kind, seat = random.choice((u.OCO, u.OTO, u.OTOCO)), (self._account(), self._market())
        above = self._part(seat, "u", u.SELL, u.LIMIT_MAKER, price + 30, 0)
        below = self._part(seat, "d", u.SELL, u.STOP_LOSS_LIMIT, price - 40, price - 30)
        working = self._part(seat, "w", u.BUY, u.LIMIT, price, 0)
        parts = {u.OCO: (above, below), u.OTO: (working, above), u.OTOCO: (working, above, below)}[kind]
        return ask.PlaceOrderList(0, *seat, kind, 0, f"l{self.number}", parts)

    def _part(
        self, seat: tuple[int, int], name: str, side: int, kind: int, price: int, stop: int
    ) -> ask.PlaceOrderWithTerms:
        client_id = f"{name}{self.number}"
        return ask.PlaceOrderWithTerms(
            0, *seat, side, kind, u.GTC, u.STP_NONE, price, 20, 0, 0, stop, 0, 0, 0, client_id
        )

    def _recent(self) -> Placed:
        """An order of the last commands, which may have traded meanwhile."""
        return self.random.choice(self.placed)

    def _cancel(self) -> ask.CancelOrder:
        account, market, client_id = self._recent()
        return ask.CancelOrder(0, account, market, u.ANY_ORDER, 0, self._deadline(), client_id)

    def _deadline(self) -> int:
        """Half of those who ask give one."""
        return self.began_us + self.number + TIMEOUT_US if self.random.random() < 0.5 else 0


def main() -> None:
    for name in SWINGS:
        Replay().run(workload(name, BOOK_MESSAGES))
    exchange = Exchange()
    play(exchange, framed(world(ACCOUNTS, MARKETS), 1_000))
    play(exchange, framed(trading(ACCOUNTS, MARKETS, ORDINARY), FRAME))
    exchange = Exchange.restore(exchange.snapshot())
    play(exchange, framed(RareThings(1, exchange.sequence).commands(RARE), FRAME))
    exchange.check()


if __name__ == "__main__":
    main()
