"""Prices, quantities and amounts of a market as text, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueman.core.units import TRADING
from trueman.views.registry import Asset, Market
from trueman.wire import amounts
from trueman.wire.decimals import NotADecimal, TooManyDecimals

BTC, USDT = Asset(0, "BTC", 8), Asset(1, "USDT", 6)
BTCUSDT = Market(0, "BTCUSDT", BTC, USDT, 10_000, 1_000_000, 100, 1, 10**10, 1, 10**10, 0, 0, 0, TRADING)
"""A price step of 0.01 and a quantity step of 0.01."""

numbers = st.integers(0, 2**48)


@given(numbers)
def test_a_price_comes_back(ticks: int) -> None:
    assert amounts.parse_price(BTCUSDT, amounts.price_text(BTCUSDT, ticks)) == ticks


@given(numbers)
def test_a_quantity_comes_back(lots: int) -> None:
    assert amounts.parse_quantity(BTCUSDT, amounts.quantity_text(BTCUSDT, lots)) == lots


@given(numbers)
def test_an_amount_of_quote_comes_back(atoms: int) -> None:
    assert amounts.parse_quote(BTCUSDT, amounts.quote_text(BTCUSDT, atoms)) == atoms
    assert amounts.parse_amount(BTC, amounts.amount_text(BTC, atoms)) == atoms


def test_texts_have_all_decimals_of_their_asset() -> None:
    assert amounts.price_text(BTCUSDT, 6_512_345) == "65123.450000"
    assert amounts.quantity_text(BTCUSDT, 1) == "0.01000000"
    assert amounts.quote_text(BTCUSDT, -1) == "-0.000001"


def test_a_price_between_two_ticks_is_refused_with_its_neighbours() -> None:
    with pytest.raises(amounts.OffStep, match=r"nearest are 1\.230000 and 1\.240000"):
        amounts.parse_price(BTCUSDT, "1.235")


def test_a_quantity_finer_than_the_asset_is_refused_with_the_step() -> None:
    with pytest.raises(amounts.OffStep, match=r"multiple of 0\.01000000"):
        amounts.parse_quantity(BTCUSDT, "0.000000001")


@pytest.mark.parametrize("wrong", ["1e400", "NaN", "1_000", "٣", "", " 1", "+1", "-0", "1" * 41])
def test_what_is_no_decimal_is_no_price_quantity_or_amount(wrong: str) -> None:
    for parse in (amounts.parse_price, amounts.parse_quantity, amounts.parse_quote):
        with pytest.raises(NotADecimal):
            parse(BTCUSDT, wrong)
    with pytest.raises(NotADecimal):
        amounts.parse_amount(BTC, wrong)


def test_an_amount_with_nineteen_decimals_is_refused() -> None:
    with pytest.raises(TooManyDecimals):
        amounts.parse_amount(BTC, "0.0000000000000000001")
