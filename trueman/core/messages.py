"""The small integers in which the account side and the market side speak with each other.

The account side sends an `Order`, or cancels by the place it was told. The market side answers into its `Outbox`,
in the order in which things happened. One engine hands them over by a direct call; nothing in them would keep two
from sending them over a wire.
"""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

FILL: Final = 1
DONE: Final = 2
RESTED: Final = 3
LEVEL: Final = 4
REJECTED: Final = 5

MESSAGE_WORDS: Final = 6


@final
class Order:
    """An order on its way to the market, with everything that the account side sealed into it.

    `hold` is what the account puts aside for it, in atoms, and `funds` what that pays for: atoms of quote for a buy,
    lots for a sell. `unfilled` and `budget` count down while it trades.
    """

    def __init__(self) -> None:
        self.ticket: i64 = 0
        self.order_id: i64 = 0
        self.account: i64 = 0
        self.side: i64 = 0
        self.type: i64 = 0
        self.time_in_force: i64 = 0
        self.stp: i64 = 0
        self.price: i64 = 0
        self.quantity: i64 = 0
        self.quote_quantity: i64 = 0
        self.maker_ppm: i64 = 0
        self.taker_ppm: i64 = 0
        self.hold: i64 = 0
        self.funds: i64 = 0
        self.client_key: vec[i64] = six_words()
        self.unfilled: i64 = 0
        self.budget: i64 = 0


def six_words() -> vec[i64]:
    """Room for a client key: the account, then the forty bytes of the client's own id."""
    words = vec[i64]()
    for _ in range(6):
        words = append(words, 0)
    return words


@final
class Outbox:
    """What the market side has to say about one message, word by word: a kind, then up to five numbers."""

    def __init__(self) -> None:
        self.words: vec[i64] = vec[i64]()
        self.end: i64 = 0

    def clear(self) -> None:
        self.end = 0

    def fill(self, taker: i64, maker: i64, price: i64, quantity: i64, trade_id: i64) -> None:
        self._put(FILL, taker, maker, price, quantity, trade_id)

    def done(self, ticket: i64, status: i64, unfilled: i64) -> None:
        """The order is over on the market side; only this releases what it holds."""
        self._put(DONE, ticket, status, unfilled, 0, 0)

    def rested(self, ticket: i64, place: i64, unfilled: i64) -> None:
        """The rest of the order stands in the book; `place` is what cancels it."""
        self._put(RESTED, ticket, place, unfilled, 0, 0)

    def level(self, update_id: i64, side: i64, price: i64, total: i64) -> None:
        self._put(LEVEL, update_id, side, price, total, 0)

    def rejected(self, ticket: i64, reason: i64) -> None:
        self._put(REJECTED, ticket, reason, 0, 0, 0)

    def _put(self, kind: i64, a: i64, b: i64, c: i64, d: i64, e: i64) -> None:
        at = self.end
        self.end = at + MESSAGE_WORDS
        if self.end > len(self.words):
            self._grow()
        words = self.words
        words[at] = kind
        words[at + 1] = a
        words[at + 2] = b
        words[at + 3] = c
        words[at + 4] = d
        words[at + 5] = e

    def _grow(self) -> None:
        words = self.words
        while len(words) < self.end:
            words = append(words, 0)
        self.words = words
