"""Results written by hand: what the exchange would say, for tests that need a certain story and no exchange."""

from collections.abc import Iterable

from trueman.core import units as u
from trueman.core.codec import Result
from trueman.core.commands import PLACE_ORDER
from trueman.core.events import (
    AssetCreated,
    Decided,
    Event,
    LevelChanged,
    MarketDefined,
    Moved,
    OrderAccepted,
    OrderTerms,
    Traded,
)

START_US = 1_700_000_000_000_000
ALICE, BOB = u.USER_ACCOUNT_MIN, u.USER_ACCOUNT_MIN + 1
BASE, QUOTE, MARKET = 0, 1, 0


class Teller:
    """Numbers commands, trades and changes of the book; a second lies between two commands."""

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.trades = 0
        self.updates = 0
        self.tell(
            AssetCreated(BASE, 8, "BTC"),
            AssetCreated(QUOTE, 8, "USDT"),
            MarketDefined(MARKET, BASE, QUOTE, u.TRADING, 10**6, 10**3, 10, 1, 10**9, 1, 10**9, 0, 0, 0, "BTCUSDT"),
            *(
                Moved(asset, u.AVAILABLE, u.AVAILABLE, u.CAUSE_DEPOSIT, u.OUTSIDE_ACCOUNT, account, 10**12)
                for account in (ALICE, BOB)
                for asset in (BASE, QUOTE)
            ),
        )

    @property
    def time_us(self) -> int:
        """Of the last command."""
        return START_US + len(self.results) * 1_000_000

    def tell(self, *events: Event, order_id: int = 0, kind: int = PLACE_ORDER, reason: int = 0) -> Result:
        number = len(self.results) + 1
        time_us = START_US + number * 1_000_000
        decided = Decided(kind, reason, number, time_us, 0, ALICE, order_id, 0)
        self.results.append(Result(decided, tuple(events)))
        return self.results[-1]

    def level(self, side: int, price: int, quantity: int) -> LevelChanged:
        self.updates += 1
        return LevelChanged(MARKET, side, self.updates, price, quantity)

    def trade(self, maker: tuple[int, int], taker: tuple[int, int], price: int, quantity: int) -> Traded:
        """Of (order, account) pairs; the taker buys."""
        self.trades += 1
        amount = price * quantity * 10
        return Traded(
            MARKET, u.BUY, 0, 0, self.trades, price, quantity, amount, maker[0], taker[0], maker[1], taker[1], 0, 0
        )


def accepted(
    order_id: int,
    account: int = ALICE,
    *,
    side: int = u.SELL,
    type: int = u.LIMIT,
    force: int = u.GTC,
    stp: int = u.STP_NONE,
    price: int = 100,
    quantity: int = 10,
) -> OrderAccepted:
    return OrderAccepted(MARKET, side, type, force, stp, order_id, account, price, quantity, 0, f"o{order_id}")


def terms(
    order_id: int, *, stop: int = 0, trailing: int = 0, display: int = 0, expire_us: int = 0, list_id: int = 0
) -> OrderTerms:
    return OrderTerms(order_id, stop, trailing, display, expire_us, list_id)


def frame_of(results: Iterable[Result]) -> list[Event]:
    return [event for result in results for event in (result.decided, *result.events)]
