"""A market for tests of the wire: a tick of 0.01, a lot of 0.00001, eight decimals on both sides."""

from typing import Final

from trueman.core.units import TRADING
from trueman.views.registry import Asset, Market

BTCUSDT: Final = Market(
    number=7,
    symbol="BTCUSDT",
    base=Asset(0, "BTC", 8),
    quote=Asset(1, "USDT", 8),
    tick_size_atoms=10**6,
    lot_atoms=10**3,
    tick_atoms=10,
    price_ticks_min=1,
    price_ticks_max=10**9,
    quantity_lots_min=1,
    quantity_lots_max=10**8,
    notional_atoms_min=10**8,
    maker_ppm=1_000,
    taker_ppm=2_000,
    status=TRADING,
)
