"""What happened. Past tense; a fact is never refused and never changed.

The same record format as the commands. Every command has one `Decided`, followed by what it caused in the order
in which it happened.
"""

from typing import Final, NamedTuple


class Decided(NamedTuple):
    """The answer to command `number`: `reason` is 0 for yes, else the number of the refusal."""

    number: int
    time_us: int
    tag: int
    kind: int
    """The command's kind, 0 when its bytes could not be read."""
    account: int
    """The account that asked, -1 when there is none."""
    reason: int
    order_id: int
    """The order placed or cancelled, 0 when there is none."""
    repeat_of: int
    """The number of the command that this one repeats, else 0. A repeat changes nothing."""


class AssetCreated(NamedTuple):
    asset: int
    decimals: int
    code: str


class MarketDefined(NamedTuple):
    """The whole definition of a market, new or changed."""

    market: int
    base: int
    quote: int
    tick_size_atoms: int
    lot_atoms: int
    tick_atoms: int
    """Atoms of quote that one lot costs at a price of one tick."""
    price_ticks_min: int
    price_ticks_max: int
    quantity_lots_min: int
    quantity_lots_max: int
    notional_atoms_min: int
    maker_ppm: int
    taker_ppm: int
    status: int
    symbol: str


class Moved(NamedTuple):
    """One double entry: `amount` atoms left the source's pot and reached the target's."""

    asset: int
    source: int
    source_pot: int
    target: int
    target_pot: int
    amount: int
    cause: int


class OrderAccepted(NamedTuple):
    order_id: int
    account: int
    market: int
    side: int
    type: int
    time_in_force: int
    stp: int
    price: int
    quantity: int
    quote_quantity: int
    client_id: str


class Traded(NamedTuple):
    """A fill at the maker's price. A fee is in the asset that its payer received: the buyer's in base, the seller's
    in quote."""

    market: int
    trade_id: int
    price: int
    quantity: int
    quote_amount: int
    taker_side: int
    maker_order: int
    taker_order: int
    maker_account: int
    taker_account: int
    maker_fee: int
    taker_fee: int


class OrderClosed(NamedTuple):
    """The order is over; `unfilled` lots of it never traded (0 for an order given in quote)."""

    order_id: int
    account: int
    market: int
    status: int
    unfilled: int


class LevelChanged(NamedTuple):
    """A price level now holds `quantity` lots in all; 0 means it is gone. `update_id` grows by one a change."""

    market: int
    update_id: int
    side: int
    price: int
    quantity: int


Event = Decided | AssetCreated | MarketDefined | Moved | OrderAccepted | Traded | OrderClosed | LevelChanged

DECIDED: Final = 101
ASSET_CREATED: Final = 102
MARKET_DEFINED: Final = 103
MOVED: Final = 104
ORDER_ACCEPTED: Final = 105
TRADED: Final = 106
ORDER_CLOSED: Final = 107
LEVEL_CHANGED: Final = 108

EVENT_KINDS: Final[dict[int, type[Event]]] = {
    DECIDED: Decided,
    ASSET_CREATED: AssetCreated,
    MARKET_DEFINED: MarketDefined,
    MOVED: Moved,
    ORDER_ACCEPTED: OrderAccepted,
    TRADED: Traded,
    ORDER_CLOSED: OrderClosed,
    LEVEL_CHANGED: LevelChanged,
}
