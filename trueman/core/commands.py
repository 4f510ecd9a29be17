"""What the outside world may ask. Imperative verbs; each may be refused.

These tuples are the one table of the command frame: a record is a header of two little-endian 32-bit
integers (kind, bytes of the whole record), then every field in this order, an integer as 64 bits, a text as
ASCII padded with zero bytes to the width that `TEXT_BYTES` gives its name.

`tag` is the caller's own mark: the result repeats it, so that whoever appended the command finds its answer.
"""

from typing import Final, NamedTuple


class CreateAsset(NamedTuple):
    tag: int
    decimals: int
    code: str


class CreateMarket(NamedTuple):
    """List a market. The exchange numbers it and works out what one lot costs at one tick.

    `tick_size_atoms` is the price step: atoms of quote for one whole unit of base. `lot_atoms` is the
    quantity step in atoms of base. Fees are parts per million of the asset received.
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


class SetMarketStatus(NamedTuple):
    tag: int
    market: int
    status: int


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


class PlaceOrder(NamedTuple):
    """`price` is in ticks (0 for MARKET), `quantity` in lots, `quote_quantity` in atoms of quote (MARKET only;
    then `quantity` is 0). `deadline_us` is log time after which the command is refused; 0 means never."""

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


class CancelOrder(NamedTuple):
    """By `order_id`, or with `order_id` 0 by the client id under which it was placed."""

    tag: int
    account: int
    market: int
    order_id: int
    deadline_us: int
    client_id: str


class CancelAllOrders(NamedTuple):
    """Every open order of the account in one market, oldest first."""

    tag: int
    account: int
    market: int
    deadline_us: int


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
)

CREATE_ASSET: Final = 1
CREATE_MARKET: Final = 2
CHANGE_MARKET: Final = 3
SET_MARKET_STATUS: Final = 4
DEPOSIT: Final = 5
WITHDRAW: Final = 6
PLACE_ORDER: Final = 7
CANCEL_ORDER: Final = 8
CANCEL_ALL_ORDERS: Final = 9

COMMAND_KINDS: Final[dict[int, type[Command]]] = {
    CREATE_ASSET: CreateAsset,
    CREATE_MARKET: CreateMarket,
    CHANGE_MARKET: ChangeMarket,
    SET_MARKET_STATUS: SetMarketStatus,
    DEPOSIT: Deposit,
    WITHDRAW: Withdraw,
    PLACE_ORDER: PlaceOrder,
    CANCEL_ORDER: CancelOrder,
    CANCEL_ALL_ORDERS: CancelAllOrders,
}
"""Numbers are never reused."""

TEXT_BYTES: Final = {"code": 16, "symbol": 32, "client_id": 40}
"""The width of every text field, in commands and events."""
