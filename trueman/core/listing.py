"""Which assets and markets there are, and the checks on a new or changed one."""

from typing import final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core.frames import ASSET_CODE_AT, CODE_BYTES, MARKET_SYMBOL_AT, SYMBOL_BYTES
from trueman.core.markets import Asset, Market, tick_atoms_of
from trueman.core.rejections import (
    ASSET_EXISTS,
    ASSET_UNKNOWN,
    ASSETS_TOO_MANY,
    BOUNDS_INVALID,
    CODE_INVALID,
    DECIMALS_OUT_OF_RANGE,
    FEE_OUT_OF_RANGE,
    MARKET_EXISTS,
    MARKET_UNITS_INEXACT,
    MARKET_UNKNOWN,
    MARKETS_TOO_MANY,
    OK,
    STATUS_INVALID,
)
from trueman.core.texts import is_code, is_symbol, unpadded
from trueman.core.units import (
    ASSETS_MAX,
    CANCEL_ONLY,
    DECIMALS_MAX,
    FEE_PPM_MAX,
    MARKETS_MAX,
    SUPPLY_ATOMS_MAX,
    TRADING,
)


@final
class Listing:
    """Everything is numbered from 0 in the order of its creation. Nothing is ever delisted, only halted."""

    def __init__(self) -> None:
        self.assets: list[Asset] = []
        self.markets: list[Market] = []
        self.asset_of_code: dict[bytes, Asset] = {}
        self.market_of_symbol: dict[bytes, Market] = {}

    def has_asset(self, number: i64) -> bool:
        return 0 <= number < len(self.assets)

    def has_market(self, number: i64) -> bool:
        return 0 <= number < len(self.markets)

    def add_asset(self, asset: Asset) -> None:
        self.assets.append(asset)
        self.asset_of_code[asset.code] = asset

    def add_market(self, market: Market) -> None:
        self.markets.append(market)
        self.market_of_symbol[market.symbol] = market

    def create_asset(self, frame: bytes, at: i64) -> i64:
        """Create the asset of a record, the last in `assets` then, or say why not."""
        decimals = read_i64_le(frame, at + 16)
        code = unpadded(frame[at + ASSET_CODE_AT : at + ASSET_CODE_AT + CODE_BYTES])
        if not is_code(code):
            return CODE_INVALID
        if decimals < 0 or decimals > DECIMALS_MAX:
            return DECIMALS_OUT_OF_RANGE
        if code in self.asset_of_code:
            return ASSET_EXISTS
        if len(self.assets) >= ASSETS_MAX:
            return ASSETS_TOO_MANY
        self.add_asset(Asset(len(self.assets), decimals, code))
        return OK

    def create_market(self, frame: bytes, at: i64) -> i64:
        """Create the market of a record, the last in `markets` then, or say why not."""
        symbol = unpadded(frame[at + MARKET_SYMBOL_AT : at + MARKET_SYMBOL_AT + SYMBOL_BYTES])
        market = Market(len(self.markets), read_i64_le(frame, at + 16), read_i64_le(frame, at + 24), symbol)
        market.tick_size_atoms = read_i64_le(frame, at + 32)
        market.lot_atoms = read_i64_le(frame, at + 40)
        read_bounds(frame, at + 48, market)
        reason = CODE_INVALID if not is_symbol(symbol) else bounds_refusal(market)
        if reason == OK:
            reason = self._existence_refusal(market)
        if reason != OK:
            return reason
        decimals = self.assets[market.base].decimals
        market.tick_atoms = tick_atoms_of(market.tick_size_atoms, market.lot_atoms, decimals)
        if market.tick_atoms == 0:
            return MARKET_UNITS_INEXACT
        self.add_market(market)
        return OK

    def change_market(self, frame: bytes, at: i64) -> i64:
        number = read_i64_le(frame, at + 16)
        wanted = self._trial(number)
        read_bounds(frame, at + 24, wanted)
        reason = bounds_refusal(wanted)
        if reason == OK and not self.has_market(number):
            reason = MARKET_UNKNOWN
        if reason == OK:
            read_bounds(frame, at + 24, self.markets[number])
        return reason

    def set_status(self, number: i64, status: i64) -> i64:
        if status < TRADING or status > CANCEL_ONLY:
            return STATUS_INVALID
        if not self.has_market(number):
            return MARKET_UNKNOWN
        self.markets[number].status = status
        return OK

    def _existence_refusal(self, market: Market) -> i64:
        if not self.has_asset(market.base) or not self.has_asset(market.quote):
            return ASSET_UNKNOWN
        if market.symbol in self.market_of_symbol:
            return MARKET_EXISTS
        return OK if len(self.markets) < MARKETS_MAX else MARKETS_TOO_MANY

    def _trial(self, number: i64) -> Market:
        """A market to try new bounds on; of an unknown one only what the bounds alone show."""
        trial = Market(number, 0, 1, b"")
        known = self.has_market(number)
        trial.tick_size_atoms = self.markets[number].tick_size_atoms if known else 1
        trial.lot_atoms = self.markets[number].lot_atoms if known else 1
        return trial


def read_bounds(frame: bytes, at: i64, market: Market) -> None:
    """The seven fields that CreateMarket and ChangeMarket have in common."""
    market.price_ticks_min = read_i64_le(frame, at)
    market.price_ticks_max = read_i64_le(frame, at + 8)
    market.quantity_lots_min = read_i64_le(frame, at + 16)
    market.quantity_lots_max = read_i64_le(frame, at + 24)
    market.notional_atoms_min = read_i64_le(frame, at + 32)
    market.maker_ppm = read_i64_le(frame, at + 40)
    market.taker_ppm = read_i64_le(frame, at + 48)


def bounds_refusal(market: Market) -> i64:
    if market.maker_ppm < 0 or market.maker_ppm > FEE_PPM_MAX:
        return FEE_OUT_OF_RANGE
    if market.taker_ppm < 0 or market.taker_ppm > FEE_PPM_MAX:
        return FEE_OUT_OF_RANGE
    if market.base == market.quote:
        return BOUNDS_INVALID
    if not is_step(market.tick_size_atoms) or not is_step(market.lot_atoms):
        return BOUNDS_INVALID
    if not is_range(market.price_ticks_min, market.price_ticks_max):
        return BOUNDS_INVALID
    if not is_range(market.quantity_lots_min, market.quantity_lots_max):
        return BOUNDS_INVALID
    if market.notional_atoms_min < 0 or market.notional_atoms_min > SUPPLY_ATOMS_MAX:
        return BOUNDS_INVALID
    return OK if int(market.quantity_lots_max) * int(market.lot_atoms) <= SUPPLY_ATOMS_MAX else BOUNDS_INVALID


def is_step(step: i64) -> bool:
    return 0 < step <= SUPPLY_ATOMS_MAX


def is_range(least: i64, most: i64) -> bool:
    return 0 < least <= most <= SUPPLY_ATOMS_MAX
