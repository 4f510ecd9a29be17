"""The small integers in which the account side and the market side speak with each other.

The account side sends an `Order`, or cancels and amends by the place it was told. The market side answers into its
`Outbox`, in the order in which things happened. One engine hands them over by a direct call; nothing in them would
keep two from sending them over a wire.
"""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.units import NONE

FILL: Final = 1
DONE: Final = 2
RESTED: Final = 3
LEVEL: Final = 4
ARMED: Final = 5
REDUCED: Final = 6
PREVENTED: Final = 7
CROSSED: Final = 8
CALLED: Final = 9
UNCROSSED: Final = 10

MESSAGE_WORDS: Final = 7

CLIENT_ID_WORDS: Final = 5


@final
class Order:
    """An order on its way to the market, with everything that the account side sealed into it.

    `hold` is what the account puts aside for it, in atoms, and `funds` what that pays for: atoms of quote for a buy,
    lots for a sell. `group` is whom self-trade prevention takes for one owner. `unfilled` and `budget` (atoms of
    quote, only of an order given in quote) count down while it trades. `is_activated`: a stop order after its
    trigger, which is now a market or a limit order. `hold_price` is the price at which a buy of a stop at market
    holds its funds, `best_price` that of the best sell order, by which the position filter weighs an order in quote.
    """

    def __init__(self) -> None:
        self.ticket: i64 = 0
        self.order_id: i64 = 0
        self.account: i64 = 0
        self.group: i64 = 0
        self.side: i64 = 0
        self.type: i64 = 0
        self.time_in_force: i64 = 0
        self.stp: i64 = 0
        self.price: i64 = 0
        self.quantity: i64 = 0
        self.quote_quantity: i64 = 0
        self.stop_price: i64 = 0
        self.trailing_bips: i64 = 0
        self.display_quantity: i64 = 0
        self.expire_us: i64 = 0
        self.has_terms: bool = False
        self.is_activated: bool = False
        self.maker_ppm: i64 = 0
        self.taker_ppm: i64 = 0
        self.in_quote: i64 = 0
        self.hold_price: i64 = 0
        self.best_price: i64 = 0
        self.hold: i64 = 0
        self.funds: i64 = 0
        self.unfilled: i64 = 0
        self.budget: i64 = 0
        self.client_id: Final[vec[i64]] = client_id_words()
        self.client_hash: i64 = 0


def client_id_words() -> vec[i64]:
    """Room for the forty bytes of a client's own id."""
    words = vec[i64]()
    for _ in range(CLIENT_ID_WORDS):
        words = append(words, 0)
    return words


@final
class Bounds:
    """What the last refusal by a filter has to say besides its reason; see the event FilterFailed."""

    def __init__(self) -> None:
        self.value: i64 = 0
        self.least: i64 = 0
        self.most: i64 = 0
        self.nearest: i64 = 0

    def set(self, value: i64, least: i64, most: i64, nearest: i64) -> None:
        self.value = value
        self.least = least
        self.most = most
        self.nearest = nearest

    def missed(self, value: i64, least: i64, most: i64) -> bool:
        """Whether the value is out of its bounds; the nearest that would pass is then the bound it missed."""
        if least <= value <= most:
            return False
        self.set(value, least, most, least if value < least else most)
        return True

    def keep_nearest_within(self, least: i64, most: i64) -> None:
        """The nearest value is none where another bound would refuse it."""
        if not least <= self.nearest <= most:
            self.nearest = NONE


@final
class Outbox:
    """What the market side has to say about one message, word by word: a kind, then up to six numbers."""

    def __init__(self) -> None:
        self.words: vec[i64] = vec[i64]()
        self.end: i64 = 0

    def clear(self) -> None:
        self.end = 0

    def fill(self, taker: i64, maker: i64, price: i64, quantity: i64, trade_id: i64) -> None:
        at = self._next()
        words = self.words
        words[at] = FILL
        words[at + 1] = taker
        words[at + 2] = maker
        words[at + 3] = price
        words[at + 4] = quantity
        words[at + 5] = trade_id

    def crossed(self, younger: i64, older: i64, price: i64, quantity: i64, trade_id: i64) -> None:
        """A fill in an auction: the older stands for the maker, and both pay as makers."""
        at = self._next()
        words = self.words
        words[at] = CROSSED
        words[at + 1] = younger
        words[at + 2] = older
        words[at + 3] = price
        words[at + 4] = quantity
        words[at + 5] = trade_id

    def done(self, ticket: i64, status: i64, unfilled: i64) -> None:
        """The order is over on the market side; only this releases what it holds."""
        at = self._next()
        words = self.words
        words[at] = DONE
        words[at + 1] = ticket
        words[at + 2] = status
        words[at + 3] = unfilled

    def rested(self, ticket: i64, place: i64, unfilled: i64) -> None:
        """The rest of the order stands in the book; `place` is what cancels it."""
        at = self._next()
        words = self.words
        words[at] = RESTED
        words[at + 1] = ticket
        words[at + 2] = place
        words[at + 3] = unfilled

    def armed(self, ticket: i64, place: i64) -> None:
        """The order lies dormant; `place` is what disarms it."""
        at = self._next()
        words = self.words
        words[at] = ARMED
        words[at + 1] = ticket
        words[at + 2] = place

    def reduced(self, ticket: i64, unfilled: i64) -> None:
        """The order in the market has `unfilled` lots left, without a trade or after one in an auction: whatever it
        holds beyond their need is free."""
        at = self._next()
        words = self.words
        words[at] = REDUCED
        words[at + 1] = ticket
        words[at + 2] = unfilled

    def prevented(
        self, taker: i64, maker: i64, price: i64, maker_quantity: i64, taker_quantity: i64, prevention_id: i64
    ) -> None:
        at = self._next()
        words = self.words
        words[at] = PREVENTED
        words[at + 1] = taker
        words[at + 2] = maker
        words[at + 3] = price
        words[at + 4] = maker_quantity
        words[at + 5] = taker_quantity
        words[at + 6] = prevention_id

    def level(self, update_id: i64, side: i64, price: i64, total: i64) -> None:
        at = self._next()
        words = self.words
        words[at] = LEVEL
        words[at + 1] = update_id
        words[at + 2] = side
        words[at + 3] = price
        words[at + 4] = total

    def called(self, price: i64, reference: i64, until_us: i64) -> None:
        """The market went into an auction, because a trade at `price` would have broken its band."""
        at = self._next()
        words = self.words
        words[at] = CALLED
        words[at + 1] = price
        words[at + 2] = reference
        words[at + 3] = until_us

    def uncrossed(self, price: i64, quantity: i64, surplus: i64) -> None:
        at = self._next()
        words = self.words
        words[at] = UNCROSSED
        words[at + 1] = price
        words[at + 2] = quantity
        words[at + 3] = surplus

    def _next(self) -> i64:
        """Where the next message goes. It writes the words that its kind has; nobody looks at the others."""
        at = self.end
        self.end = at + MESSAGE_WORDS
        if self.end > len(self.words):
            self._grow()
        return at

    def _grow(self) -> None:
        words = self.words
        while len(words) < self.end:
            words = append(words, 0)
        self.words = words
