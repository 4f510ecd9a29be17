"""Which assets and markets there are, and how they are made and changed. What is refused is judged in `guards`."""

from typing import Final, final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core.frames import ASSET_CODE_AT, CODE_BYTES, MARKET_SYMBOL_AT, SYMBOL_BYTES, small, small_pair
from trueman.core.guards import bounds_refusal, guards_refusal, read_bounds, read_guards
from trueman.core.markets import Asset, Market, tick_atoms_of
from trueman.core.rejections import (
    ASSET_EXISTS,
    ASSET_UNKNOWN,
    ASSETS_TOO_MANY,
    CODE_INVALID,
    DECIMALS_OUT_OF_RANGE,
    MARKET_EXISTS,
    MARKET_UNITS_INEXACT,
    MARKET_UNKNOWN,
    MARKETS_TOO_MANY,
    OK,
    STATUS_INVALID,
)
from trueman.core.texts import is_code, is_symbol, unpadded
from trueman.core.units import ASSETS_MAX, CLOSED, DECIMALS_MAX, MARKETS_MAX, TRADING


@final
class Listing:
    """Everything is numbered from 0 in the order of its creation. Nothing is ever delisted, only halted."""

    def __init__(self) -> None:
        self.assets: Final[list[Asset]] = []
        self.markets: Final[list[Market]] = []
        self.asset_of_code: Final[dict[bytes, Asset]] = {}
        self.market_of_symbol: Final[dict[bytes, Market]] = {}

    def has_asset(self, number: i64) -> bool:
        return 0 <= number < len(self.assets)

    def has_market(self, number: i64) -> bool:
        count: i64 = len(self.markets)
        return 0 <= number < count

    def add_asset(self, asset: Asset) -> None:
        self.assets.append(asset)
        self.asset_of_code[asset.code] = asset

    def add_market(self, market: Market) -> None:
        self.markets.append(market)
        self.market_of_symbol[market.symbol] = market

    def create_asset(self, frame: bytes, at: i64) -> i64:
        """Create the asset of a record, the last in `assets` then, or say why not."""
        decimals = small(read_i64_le(frame, at), 2)
        code = unpadded(frame[at + ASSET_CODE_AT : at + ASSET_CODE_AT + CODE_BYTES])
        if not is_code(code):
            return CODE_INVALID
        if decimals > DECIMALS_MAX:
            return DECIMALS_OUT_OF_RANGE
        if code in self.asset_of_code:
            return ASSET_EXISTS
        if len(self.assets) >= ASSETS_MAX:
            return ASSETS_TOO_MANY
        self.add_asset(Asset(len(self.assets), decimals, code))
        return OK

    def create_market(self, frame: bytes, at: i64) -> i64:
        """Create the market of a record, the last in `markets` then, or say why not."""
        header = read_i64_le(frame, at)
        symbol = unpadded(frame[at + MARKET_SYMBOL_AT : at + MARKET_SYMBOL_AT + SYMBOL_BYTES])
        market = Market(len(self.markets), small_pair(header, 2), small_pair(header, 4), symbol)
        market.tick_size_atoms = read_i64_le(frame, at + 16)
        market.lot_atoms = read_i64_le(frame, at + 24)
        read_bounds(frame, at + 32, market)
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
        number = small_pair(read_i64_le(frame, at), 2)
        wanted = self._trial(number)
        read_bounds(frame, at + 16, wanted)
        reason = bounds_refusal(wanted)
        if reason == OK and not self.has_market(number):
            reason = MARKET_UNKNOWN
        if reason == OK:
            read_bounds(frame, at + 16, self.markets[number])
        return reason

    def guard_market(self, frame: bytes, at: i64) -> i64:
        number = small_pair(read_i64_le(frame, at), 2)
        wanted = self._trial(number)
        read_guards(frame, at + 16, wanted)
        reason = guards_refusal(wanted)
        if reason == OK and not self.has_market(number):
            reason = MARKET_UNKNOWN
        if reason == OK:
            read_guards(frame, at + 16, self.markets[number])
        return reason

    def set_status(self, number: i64, status: i64) -> i64:
        """An auction that waited for its end does so no longer, whatever the status is now."""
        if status < TRADING or status > CLOSED:
            return STATUS_INVALID
        if not self.has_market(number):
            return MARKET_UNKNOWN
        market = self.markets[number]
        market.status = status
        market.auction_until_us = 0
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
