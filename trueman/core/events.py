"""What happened. Past tense; a fact is never refused and never changed.

The same record format as the commands; here the small fields stand first in the table as they do in the bytes.
Every command has one `Decided`, followed by what it caused in the order in which it happened: first what had fallen
due by its time, then its own effects, then what these set off.
"""

from typing import Final, NamedTuple, get_args


class Decided(NamedTuple):
    """The answer to command `number`: `reason` is 0 for yes, else the number of the refusal."""

    kind: int
    """The command's kind, 0 when its bytes could not be read."""
    reason: int
    number: int
    time_us: int
    tag: int
    account: int
    """The account that asked, -1 when there is none."""
    order_id: int
    """The order placed or cancelled, the first one of a list, 0 when there is none."""
    repeat_of: int
    """The number of the command that this one repeats, else 0. A repeat changes nothing."""


class PartDecided(NamedTuple):
    """The answer to one part of a batch or a cancel-replace, before what that part caused."""

    kind: int
    reason: int
    part: int
    order_id: int
    repeat_of: int


class FilterFailed(NamedTuple):
    """Which bounds a refused value missed, right after the refusal, and the `nearest` value that would pass.

    Prices are in ticks and quantities in lots. A notional's value and bounds are atoms of quote, its nearest the
    quantity in lots at the same price (in atoms for an order given in quote). -1: there is none.
    """

    reason: int
    value: int
    least: int
    most: int
    nearest: int


class AssetCreated(NamedTuple):
    asset: int
    decimals: int
    code: str


class MarketDefined(NamedTuple):
    """The whole definition of a market, new or changed."""

    market: int
    base: int
    quote: int
    status: int
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
    symbol: str


class MarketGuarded(NamedTuple):
    """The fields of `GuardMarket`, as they now are."""

    market: int
    market_lots_min: int
    market_lots_max: int
    notional_atoms_max: int
    bid_down_ppm: int
    bid_up_ppm: int
    ask_down_ppm: int
    ask_up_ppm: int
    orders_max: int
    algo_orders_max: int
    iceberg_orders_max: int
    iceberg_parts_max: int
    position_lots_max: int
    reference_price: int
    band_ppm: int
    auction_us: int


class AuctionCalled(NamedTuple):
    """A trade at `price` would have broken the band around `reference`: the market collects orders until `until_us`."""

    market: int
    price: int
    reference: int
    until_us: int


class AuctionUncrossed(NamedTuple):
    """`quantity` lots are about to trade at one price; `surplus` lots of one side find nobody at it."""

    market: int
    price: int
    quantity: int
    surplus: int


class RulesetSwitched(NamedTuple):
    """The next command is decided by this ruleset."""

    ruleset: int


class FeeTierDefined(NamedTuple):
    tier: int
    maker_share_ppm: int
    taker_share_ppm: int


class AccountDefined(NamedTuple):
    """The terms of an account, as they now are."""

    tier: int
    permissions: int
    in_quote: int
    account: int
    group: int


class Moved(NamedTuple):
    """One double entry: `amount` atoms left the source's pot and reached the target's."""

    asset: int
    source_pot: int
    target_pot: int
    cause: int
    source: int
    target: int
    amount: int


class OrderAccepted(NamedTuple):
    market: int
    side: int
    type: int
    time_in_force: int
    stp: int
    order_id: int
    account: int
    price: int
    quantity: int
    quote_quantity: int
    client_id: str


class OrderTerms(NamedTuple):
    """Follows an order that was accepted with further terms; `list_id` is 0 when it is in no list."""

    order_id: int
    stop_price: int
    trailing_bips: int
    display_quantity: int
    expire_us: int
    list_id: int


class OrderActivated(NamedTuple):
    """The order's time has come: its trigger fired at stop price `price`, or, 0, its list calls it."""

    market: int
    order_id: int
    account: int
    price: int


class OrderRefused(NamedTuple):
    """An accepted order could not go on when its time came; it closes next."""

    market: int
    reason: int
    order_id: int
    account: int


class OrderAmended(NamedTuple):
    """The order's new original quantity, and what of it is still unfilled."""

    market: int
    order_id: int
    account: int
    quantity: int
    unfilled: int


class OrderClosed(NamedTuple):
    """The order is over; `unfilled` lots of it were given up now (0 for an order given in quote)."""

    market: int
    status: int
    order_id: int
    account: int
    unfilled: int


class OrderListAccepted(NamedTuple):
    """Its orders follow, each accepted with this `list_id`, which is the first one's number."""

    market: int
    type: int
    list_id: int
    account: int
    client_id: str


class OrderListClosed(NamedTuple):
    """The last of its orders is over."""

    market: int
    list_id: int
    account: int


class CancelTimerSet(NamedTuple):
    """The dead man's switch of an account falls at `due_us`; 0: it is off, or it has just fallen."""

    account: int
    due_us: int


class Traded(NamedTuple):
    """A fill at the maker's price, or at an auction's.

    A fee is in the asset that its payer received (the buyer's in base, the seller's in quote), or in quote where
    `..._fee_in_quote` is 1. A negative `maker_fee` is a rebate, in the asset of the taker's fee and part of it.
    """

    market: int
    taker_side: int
    maker_fee_in_quote: int
    taker_fee_in_quote: int
    trade_id: int
    price: int
    quantity: int
    quote_amount: int
    maker_order: int
    taker_order: int
    maker_account: int
    taker_account: int
    maker_fee: int
    taker_fee: int


class MatchPrevented(NamedTuple):
    """Two orders of one owner would have traded. The quantities are the lots that each of them lost by it."""

    market: int
    stp: int
    prevention_id: int
    price: int
    maker_order: int
    taker_order: int
    maker_account: int
    taker_account: int
    maker_quantity: int
    taker_quantity: int


class LevelChanged(NamedTuple):
    """A price level now shows `quantity` lots in all; 0 means it is gone. `update_id` grows by one a change."""

    market: int
    side: int
    update_id: int
    price: int
    quantity: int


Event = (
    Decided
    | AssetCreated
    | MarketDefined
    | Moved
    | OrderAccepted
    | Traded
    | OrderClosed
    | LevelChanged
    | PartDecided
    | FilterFailed
    | MarketGuarded
    | AuctionCalled
    | AuctionUncrossed
    | FeeTierDefined
    | AccountDefined
    | OrderTerms
    | OrderActivated
    | OrderRefused
    | OrderAmended
    | OrderListAccepted
    | OrderListClosed
    | CancelTimerSet
    | MatchPrevented
    | RulesetSwitched
)
"""In the order of their numbers, which begin at 101 and are never reused."""

DECIDED: Final = 101
ASSET_CREATED: Final = 102
MARKET_DEFINED: Final = 103
MOVED: Final = 104
ORDER_ACCEPTED: Final = 105
TRADED: Final = 106
ORDER_CLOSED: Final = 107
LEVEL_CHANGED: Final = 108
PART_DECIDED: Final = 109
FILTER_FAILED: Final = 110
MARKET_GUARDED: Final = 111
AUCTION_CALLED: Final = 112
AUCTION_UNCROSSED: Final = 113
FEE_TIER_DEFINED: Final = 114
ACCOUNT_DEFINED: Final = 115
ORDER_TERMS: Final = 116
ORDER_ACTIVATED: Final = 117
ORDER_REFUSED: Final = 118
ORDER_AMENDED: Final = 119
ORDER_LIST_ACCEPTED: Final = 120
ORDER_LIST_CLOSED: Final = 121
CANCEL_TIMER_SET: Final = 122
MATCH_PREVENTED: Final = 123
RULESET_SWITCHED: Final = 124

EVENT_KINDS: Final[dict[int, type[Event]]] = dict(enumerate(get_args(Event), start=101))
