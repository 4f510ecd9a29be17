"""Assets and markets: how they are created, changed and guarded, and everything a definition must keep to."""

from typing import Any

import pytest

from trueman.core import commands as ask
from trueman.core import rejections as no
from trueman.core import units as u
from trueman.core.codec import encode
from trueman.core.listing import Listing
from trueman.core.markets import Market

MOST = u.SUPPLY_ATOMS_MAX
MARKET = ask.CreateMarket(0, 0, 1, 100, 10, 1, 900, 2, 800, 3, 4, 5, "BTCUSDT")
CHANGE = ask.ChangeMarket(0, 0, *MARKET[5:12])
GUARD = ask.GuardMarket(0, 0, 2, 700, 9_000, 1, 5, 2, 6, 50, 40, 30, 20, 60, 70, 80, 90)
FREE = GUARD._make((0,) * len(GUARD))

BOUNDS_INVALID: list[dict[str, int]] = [
    *({"price_ticks_min": price} for price in (0, -1, 901)),
    *({"price_ticks_max": price} for price in (0, MOST + 1, 2**63 - 1)),
    *({"quantity_lots_min": lots} for lots in (0, -(2**63), 801)),
    *({"quantity_lots_max": lots} for lots in (1, MOST // 10 + 1, MOST)),
    *({"notional_atoms_min": atoms} for atoms in (-1, MOST + 1)),
]
FEES_INVALID: list[dict[str, int]] = [
    {"taker_ppm": -1, "maker_ppm": 1},
    {"taker_ppm": 100_001},
    {"maker_ppm": 100_001},
    {"maker_ppm": -100_001, "taker_ppm": 100_000},
    {"maker_ppm": -6},
    {"maker_ppm": -(2**63)},
    {"taker_ppm": 2**63 - 1},
]


class Desk:
    """Two assets of one decimal and one market."""

    def __init__(self) -> None:
        self.listing = Listing()
        assert self.do(ask.CreateAsset(0, 1, "BTC")) == self.do(ask.CreateAsset(0, 1, "USDT")) == no.OK
        assert self.do(MARKET) == no.OK

    def do(self, command: Any) -> int:
        frame, listing = b"12345678" + encode(command), self.listing
        if isinstance(command, ask.CreateAsset):
            return listing.create_asset(frame, 8)
        if isinstance(command, ask.CreateMarket):
            return listing.create_market(frame, 8)
        if isinstance(command, ask.ChangeMarket):
            return listing.change_market(frame, 8)
        return listing.guard_market(frame, 8)

    @property
    def market(self) -> Market:
        return self.listing.markets[0]


def fields(market: Market, names: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(getattr(market, name) for name in names if name not in ("tag", "market"))


def test_a_market_is_as_its_command_says() -> None:
    market = Desk().market
    assert (market.number, market.symbol, market.status, market.tick_atoms) == (0, b"BTCUSDT", u.TRADING, 100)
    assert fields(market, MARKET._fields[:-1]) == MARKET[1:-1]
    assert fields(market, GUARD._fields) == (0,) * 15


def test_an_asset_is_as_its_command_says() -> None:
    desk = Desk()
    assert desk.do(ask.CreateAsset(0, 12, "ABCDEFGH10")) == no.OK
    asset = desk.listing.assets[2]
    assert (asset.number, asset.decimals, asset.code) == (2, 12, b"ABCDEFGH10")


def test_assets_are_refused_in_the_order_of_the_reasons() -> None:
    desk = Desk()
    assert [
        desk.do(ask.CreateAsset(0, decimals, code)) for decimals, code in ((13, "btc"), (13, "BTC"), (12, "BTC"))
    ] == [
        no.CODE_INVALID,
        no.DECIMALS_OUT_OF_RANGE,
        no.ASSET_EXISTS,
    ]
    assert desk.do(ask.CreateAsset(0, 255, "ETH")) == no.DECIMALS_OUT_OF_RANGE


def test_assets_and_markets_have_an_end() -> None:
    desk = Desk()
    for number in range(2, u.ASSETS_MAX):
        assert desk.do(ask.CreateAsset(0, 0, f"A{number}")) == no.OK
    assert desk.do(ask.CreateAsset(0, 0, "LAST")) == no.ASSETS_TOO_MANY
    for number in range(1, u.MARKETS_MAX):
        assert desk.do(MARKET._replace(quote=u.ASSETS_MAX - 1, symbol=f"M{number}")) == no.OK
    assert desk.do(MARKET._replace(symbol="LAST")) == no.MARKETS_TOO_MANY


def test_markets_are_refused_in_the_order_of_the_reasons() -> None:
    """Each has everything after it wrong too."""
    desk = Desk()
    wrong = MARKET._replace(taker_ppm=100_001, notional_atoms_min=-1, base=9, tick_size_atoms=1, lot_atoms=1)
    assert desk.do(wrong._replace(symbol="?")) == no.CODE_INVALID
    assert desk.do(wrong) == no.FEE_OUT_OF_RANGE
    assert desk.do(wrong._replace(taker_ppm=5)) == no.BOUNDS_INVALID
    wrong = wrong._replace(taker_ppm=5, notional_atoms_min=0)
    assert desk.do(wrong) == no.ASSET_UNKNOWN
    assert desk.do(wrong._replace(base=0, quote=65_535)) == no.ASSET_UNKNOWN
    assert desk.do(wrong._replace(base=0)) == no.MARKET_EXISTS
    assert desk.do(wrong._replace(base=0, symbol="OTHER")) == no.MARKET_UNITS_INEXACT
    assert len(desk.listing.markets) == 1


@pytest.mark.parametrize("wrong", BOUNDS_INVALID, ids=str)
def test_bounds_are_the_same_for_a_new_market_and_a_changed_one(wrong: dict[str, int]) -> None:
    desk = Desk()
    assert desk.do(MARKET._replace(symbol="NEW", **wrong)) == no.BOUNDS_INVALID
    assert desk.do(CHANGE._replace(**wrong)) == no.BOUNDS_INVALID
    assert fields(desk.market, CHANGE._fields) == CHANGE[2:]


@pytest.mark.parametrize("wrong", FEES_INVALID, ids=str)
def test_fees_are_the_same_for_a_new_market_and_a_changed_one(wrong: dict[str, int]) -> None:
    desk = Desk()
    assert desk.do(MARKET._replace(symbol="NEW", notional_atoms_min=-1, **wrong)) == no.FEE_OUT_OF_RANGE
    assert desk.do(CHANGE._replace(market=1, notional_atoms_min=-1, **wrong)) == no.FEE_OUT_OF_RANGE
    assert fields(desk.market, CHANGE._fields) == CHANGE[2:]


def test_steps_and_assets_of_a_market_must_make_sense() -> None:
    desk = Desk()
    for wrong in (
        {"tick_size_atoms": 0},
        {"tick_size_atoms": MOST + 1},
        {"lot_atoms": 0},
        {"lot_atoms": -1},
        {"lot_atoms": 2**63 - 1},
        {"base": 1},
    ):
        assert desk.do(MARKET._replace(symbol="NEW", **wrong)) == no.BOUNDS_INVALID


def test_a_maker_may_be_promised_what_the_taker_pays() -> None:
    desk = Desk()
    for maker, taker in ((-5, 5), (-100_000, 100_000), (100_000, 0), (0, 0)):
        assert desk.do(CHANGE._replace(maker_ppm=maker, taker_ppm=taker)) == no.OK
        assert (desk.market.maker_ppm, desk.market.taker_ppm) == (maker, taker)
    assert desk.do(MARKET._replace(symbol="NEW", maker_ppm=-5)) == no.OK


def test_a_changed_market_keeps_its_steps_and_guards() -> None:
    desk = Desk()
    assert desk.do(GUARD) == no.OK
    other = CHANGE._replace(price_ticks_min=7, price_ticks_max=8, notional_atoms_min=MOST, quantity_lots_max=MOST // 10)
    assert desk.do(other) == no.OK
    assert fields(desk.market, other._fields) == other[2:]
    assert fields(desk.market, GUARD._fields) == GUARD[2:]
    assert (desk.market.tick_size_atoms, desk.market.lot_atoms) == (100, 10)


def test_an_unknown_market_is_unknown_only_with_sound_bounds() -> None:
    desk = Desk()
    assert desk.do(CHANGE._replace(market=1)) == no.MARKET_UNKNOWN
    assert desk.do(CHANGE._replace(market=1, quantity_lots_max=MOST)) == no.MARKET_UNKNOWN
    assert desk.do(CHANGE._replace(market=65_535, price_ticks_min=0)) == no.BOUNDS_INVALID
    assert desk.do(GUARD._replace(market=1)) == no.MARKET_UNKNOWN
    assert desk.do(GUARD._replace(market=1, band_ppm=-1)) == no.BOUNDS_INVALID


def test_guards_are_as_their_command_says() -> None:
    desk = Desk()
    assert desk.do(GUARD) == no.OK
    assert fields(desk.market, GUARD._fields) == GUARD[2:]
    assert fields(desk.market, CHANGE._fields) == CHANGE[2:]
    assert desk.do(FREE) == no.OK
    assert fields(desk.market, GUARD._fields) == (0,) * 15


MOST_OF: dict[str, int] = {
    "market_lots_max": MOST,
    "notional_atoms_max": MOST,
    "bid_up_ppm": 1_000 * u.PPM_ONE,
    "ask_up_ppm": 1_000 * u.PPM_ONE,
    "orders_max": u.OPEN_ORDERS_MAX,
    "algo_orders_max": u.ALGO_ORDERS_MAX,
    "iceberg_orders_max": u.ICEBERG_ORDERS_MAX,
    "iceberg_parts_max": u.ICEBERG_PARTS_MAX,
    "position_lots_max": MOST,
    "reference_price": MOST,
    "band_ppm": u.PPM_ONE - 1,
    "auction_us": u.AUCTION_US_MAX,
}
LEAST_OF = {"market_lots_min": "market_lots_max", "bid_down_ppm": "bid_up_ppm", "ask_down_ppm": "ask_up_ppm"}


@pytest.mark.parametrize("name", MOST_OF)
def test_every_guard_has_a_most(name: str) -> None:
    desk, most = Desk(), MOST_OF[name]
    assert desk.do(GUARD._replace(**{name: most})) == no.OK
    assert getattr(desk.market, name) == most
    for wrong in (-1, -(2**63), most + 1, 2**63 - 1):
        assert desk.do(GUARD._replace(**{name: wrong})) == no.BOUNDS_INVALID
    assert getattr(desk.market, name) == most


@pytest.mark.parametrize("name", LEAST_OF)
def test_a_lower_guard_is_not_above_its_upper_one(name: str) -> None:
    desk, upper = Desk(), LEAST_OF[name]
    most = getattr(GUARD, upper)
    assert desk.do(GUARD._replace(**{name: most})) == no.OK
    assert desk.do(GUARD._replace(**{name: most + 1})) == no.BOUNDS_INVALID
    assert desk.do(GUARD._replace(**{name: most + 1, upper: 0})) == no.OK
    assert desk.do(GUARD._replace(**{name: MOST_OF[upper] + 1, upper: 0})) == no.BOUNDS_INVALID
    assert desk.do(GUARD._replace(**{name: -1, upper: 0})) == no.BOUNDS_INVALID


def test_a_band_and_its_auction_come_together() -> None:
    desk = Desk()
    assert desk.do(GUARD._replace(band_ppm=0)) == no.BOUNDS_INVALID
    assert desk.do(GUARD._replace(auction_us=0)) == no.BOUNDS_INVALID
    assert desk.do(GUARD._replace(band_ppm=0, auction_us=0)) == no.OK


def test_a_status_is_one_of_six_and_ends_what_waited() -> None:
    desk = Desk()
    for status in range(u.CLOSED + 1):
        desk.market.auction_until_us = 77
        assert desk.listing.set_status(0, status) == no.OK
        assert (desk.market.status, desk.market.auction_until_us) == (status, 0)
    desk.market.auction_until_us = 77
    assert desk.listing.set_status(1, u.CLOSED + 1) == no.STATUS_INVALID
    assert desk.listing.set_status(0, 255) == no.STATUS_INVALID
    assert desk.listing.set_status(1, u.TRADING) == no.MARKET_UNKNOWN
    assert (desk.market.status, desk.market.auction_until_us) == (u.CLOSED, 77)
