"""What the outside world may ask. Imperative verbs; each may be refused.

These tuples are the one table of the command frame; `records` says how each lies in its bytes.

`tag` is the caller's own mark: the result repeats it, so that whoever appended the command finds its answer.
`deadline_us` is log time after which the command is refused; 0 means never.
"""

from typing import Final, NamedTuple, get_args


class CreateAsset(NamedTuple):
    tag: int
    decimals: int
    code: str


class CreateMarket(NamedTuple):
    """List a market. The exchange numbers it and works out what one lot costs at one tick.

    `tick_size_atoms` is the price step: atoms of quote for one whole unit of base. `lot_atoms` is the
    quantity step in atoms of base. Fees are parts per million; a negative `maker_ppm` is a rebate.
    """

    tag: int
    base: int
    quote: int
    tick_size_atoms: int
    lot_atoms: int
    price_ticks_min: int
    price_ticks_max: int
    quantity_lots_min: int
    quantity_lots_max: int
    notional_atoms_min: int
    maker_ppm: int
    taker_ppm: int
    symbol: str


class ChangeMarket(NamedTuple):
    """Give a market new bounds and fees. Tick and lot never change: open orders count in them."""

    tag: int
    market: int
    price_ticks_min: int
    price_ticks_max: int
    quantity_lots_min: int
    quantity_lots_max: int
    notional_atoms_min: int
    maker_ppm: int
    taker_ppm: int


class GuardMarket(NamedTuple):
    """Give a market its further filters and its price band. 0 means: none of that kind.

    Percent prices are parts per million of the reference price, which is the last trade's or, before the first
    trade, `reference_price`. A trade further than `band_ppm` from the price before the command is not made: the
    market goes into an auction for `auction_us` instead.
    """

    tag: int
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


class SetMarketStatus(NamedTuple):
    tag: int
    market: int
    status: int


class SwitchRuleset(NamedTuple):
    """From the next command on the exchange decides by another, newer ruleset."""

    tag: int
    ruleset: int


class SetFeeTier(NamedTuple):
    """What an account of the tier pays: shares of the market's rates, in parts per million. A rebate is never cut."""

    tag: int
    tier: int
    maker_share_ppm: int
    taker_share_ppm: int


class SetAccountTerms(NamedTuple):
    """What the operator decides about an account. Accounts of one `group` (not 0) count as one for self-trades."""

    tag: int
    account: int
    tier: int
    group: int
    permissions: int


class SetFeeAsset(NamedTuple):
    """What the account chooses: to pay fees in the asset it receives (0), or always in the quote asset (1)."""

    tag: int
    account: int
    in_quote: int


class Deposit(NamedTuple):
    """Money comes in from OUTSIDE. `operation` is the source's next number; a repeat of the last is answered again."""

    tag: int
    account: int
    source: int
    operation: int
    asset: int
    amount: int


class Withdraw(NamedTuple):
    tag: int
    account: int
    source: int
    operation: int
    asset: int
    amount: int


class ReserveWithdrawal(NamedTuple):
    """Put money aside that is about to leave: nothing else can spend it."""

    tag: int
    account: int
    source: int
    operation: int
    asset: int
    amount: int


class SettleWithdrawal(NamedTuple):
    """Reserved money has left."""

    tag: int
    account: int
    source: int
    operation: int
    asset: int
    amount: int


class ReleaseWithdrawal(NamedTuple):
    """Reserved money stays after all."""

    tag: int
    account: int
    source: int
    operation: int
    asset: int
    amount: int


class Transfer(NamedTuple):
    """From one account to another; how the operator credits somebody: from an account that has the money."""

    tag: int
    account: int
    source: int
    operation: int
    asset: int
    amount: int
    target: int


class PlaceOrder(NamedTuple):
    """`price` is in ticks (0 for MARKET), `quantity` in lots, `quote_quantity` in atoms of quote (MARKET only;
    then `quantity` is 0)."""

    tag: int
    account: int
    market: int
    side: int
    type: int
    time_in_force: int
    stp: int
    price: int
    quantity: int
    quote_quantity: int
    deadline_us: int
    client_id: str


class PlaceOrderWithTerms(NamedTuple):
    """An order with what few orders have: a trigger, a display quantity, a date.

    `stop_price` is in ticks and `trailing_bips` in hundredths of a percent; `display_quantity` is the lots that an
    iceberg shows; `expire_us` is the log time at which a GTD order expires. 0 means: none.
    """

    tag: int
    account: int
    market: int
    side: int
    type: int
    time_in_force: int
    stp: int
    price: int
    quantity: int
    quote_quantity: int
    deadline_us: int
    stop_price: int
    trailing_bips: int
    display_quantity: int
    expire_us: int
    client_id: str


class CancelOrder(NamedTuple):
    """By `order_id`, or with `order_id` 0 by the client id under which it was placed."""

    tag: int
    account: int
    market: int
    restriction: int
    order_id: int
    deadline_us: int
    client_id: str


class CancelAllOrders(NamedTuple):
    """Every open order of the account in one market, or in ALL_MARKETS, oldest first."""

    tag: int
    account: int
    market: int
    deadline_us: int


class CancelOrderList(NamedTuple):
    """A list is known by the number of its first order."""

    tag: int
    account: int
    market: int
    list_id: int
    deadline_us: int


class CancelNamedList(NamedTuple):
    """The same by the client id that the list was given; only while the list is open."""

    tag: int
    account: int
    market: int
    deadline_us: int
    client_id: str


class AmendOrder(NamedTuple):
    """Make an order smaller: `quantity` is its new original quantity. It keeps its place in the queue."""

    tag: int
    account: int
    market: int
    order_id: int
    quantity: int
    deadline_us: int
    client_id: str


class CancelAllAfter(NamedTuple):
    """The dead man's switch: without another of these within `timeout_us` of log time every open order of the
    account is cancelled. 0 switches it off."""

    tag: int
    account: int
    timeout_us: int
    deadline_us: int


class PlaceBatch(NamedTuple):
    """Orders and cancels of one account, decided one after the other, each with its own result."""

    tag: int
    account: int
    deadline_us: int
    parts: "tuple[PlaceOrder | PlaceOrderWithTerms | CancelOrder, ...]"


class CancelReplace(NamedTuple):
    """A cancel and an order, with nobody in between. `mode` says whether the order needs the cancel's success."""

    tag: int
    account: int
    mode: int
    deadline_us: int
    parts: "tuple[PlaceOrder | PlaceOrderWithTerms | CancelOrder, ...]"


class PlaceOrderList(NamedTuple):
    """Two or three orders of one market that depend on each other. `client_id` is the list's own."""

    tag: int
    account: int
    market: int
    type: int
    deadline_us: int
    client_id: str
    parts: "tuple[PlaceOrder | PlaceOrderWithTerms, ...]"


Command = (
    CreateAsset
    | CreateMarket
    | ChangeMarket
    | SetMarketStatus
    | Deposit
    | Withdraw
    | PlaceOrder
    | CancelOrder
    | CancelAllOrders
    | GuardMarket
    | SetFeeTier
    | SetAccountTerms
    | SetFeeAsset
    | ReserveWithdrawal
    | SettleWithdrawal
    | ReleaseWithdrawal
    | Transfer
    | PlaceOrderWithTerms
    | CancelOrderList
    | AmendOrder
    | CancelAllAfter
    | PlaceBatch
    | CancelReplace
    | PlaceOrderList
    | SwitchRuleset
    | CancelNamedList
)
"""In the order of their numbers, which begin at 1 and are never reused."""

CREATE_ASSET: Final = 1
CREATE_MARKET: Final = 2
CHANGE_MARKET: Final = 3
SET_MARKET_STATUS: Final = 4
DEPOSIT: Final = 5
WITHDRAW: Final = 6
PLACE_ORDER: Final = 7
CANCEL_ORDER: Final = 8
CANCEL_ALL_ORDERS: Final = 9
GUARD_MARKET: Final = 10
SET_FEE_TIER: Final = 11
SET_ACCOUNT_TERMS: Final = 12
SET_FEE_ASSET: Final = 13
RESERVE_WITHDRAWAL: Final = 14
SETTLE_WITHDRAWAL: Final = 15
RELEASE_WITHDRAWAL: Final = 16
TRANSFER: Final = 17
PLACE_ORDER_WITH_TERMS: Final = 18
CANCEL_ORDER_LIST: Final = 19
AMEND_ORDER: Final = 20
CANCEL_ALL_AFTER: Final = 21
PLACE_BATCH: Final = 22
CANCEL_REPLACE: Final = 23
PLACE_ORDER_LIST: Final = 24
SWITCH_RULESET: Final = 25
CANCEL_NAMED_LIST: Final = 26

COMMAND_KINDS: Final[dict[int, type[Command]]] = dict(enumerate(get_args(Command), start=1))
