"""What a market is: its two assets, its steps, its bounds, its fees. Both sides of the exchange read it."""

from typing import final

from mypy_extensions import i64

from trueman.core.units import SUPPLY_ATOMS_MAX, TRADING


@final
class Asset:
    def __init__(self, number: i64, decimals: i64, code: bytes) -> None:
        self.number: i64 = number
        self.decimals: i64 = decimals
        self.code: bytes = code


@final
class Market:
    """Tick and lot never change, since open orders count in them; `tick_atoms` makes a trade one multiplication.

    The fields from `market_lots_min` on are the guards of `GuardMarket`, 0 for none; `auction_until_us` is when a
    volatility auction ends, 0 while there is none; `left_over_us` when triggered orders that were left over go on.
    """

    def __init__(self, number: i64, base: i64, quote: i64, symbol: bytes) -> None:
        self.number: i64 = number
        self.base: i64 = base
        self.quote: i64 = quote
        self.symbol: bytes = symbol
        self.tick_size_atoms: i64 = 0
        self.lot_atoms: i64 = 0
        self.tick_atoms: i64 = 0
        self.price_ticks_min: i64 = 0
        self.price_ticks_max: i64 = 0
        self.quantity_lots_min: i64 = 0
        self.quantity_lots_max: i64 = 0
        self.notional_atoms_min: i64 = 0
        self.maker_ppm: i64 = 0
        self.taker_ppm: i64 = 0
        self.status: i64 = TRADING
        self.market_lots_min: i64 = 0
        self.market_lots_max: i64 = 0
        self.notional_atoms_max: i64 = 0
        self.bid_down_ppm: i64 = 0
        self.bid_up_ppm: i64 = 0
        self.ask_down_ppm: i64 = 0
        self.ask_up_ppm: i64 = 0
        self.orders_max: i64 = 0
        self.algo_orders_max: i64 = 0
        self.iceberg_orders_max: i64 = 0
        self.iceberg_parts_max: i64 = 0
        self.position_lots_max: i64 = 0
        self.reference_price: i64 = 0
        self.band_ppm: i64 = 0
        self.auction_us: i64 = 0
        self.auction_until_us: i64 = 0
        self.left_over_us: i64 = 0

    def notional(self, price: i64, quantity: i64) -> int:
        """Atoms of quote, as an `int` of any size: whoever asks compares it with the bound first."""
        return int(price) * int(quantity) * int(self.tick_atoms)

    def quote_atoms(self, price: i64, quantity: i64) -> i64:
        """Of an order or a trade whose notional was found within bounds."""
        return price * quantity * self.tick_atoms

    def base_atoms(self, quantity: i64) -> i64:
        return quantity * self.lot_atoms


def tick_atoms_of(tick_size_atoms: i64, lot_atoms: i64, base_decimals: i64) -> i64:
    """Atoms of quote that one lot costs at one tick; 0 when that is no whole number, none at all, or too many."""
    product = int(tick_size_atoms) * int(lot_atoms)
    unit: int = 10 ** int(base_decimals)
    if product % unit != 0 or product // unit > SUPPLY_ATOMS_MAX:
        return 0
    return product // unit
