"""Decimal strings: what is read, what is refused, and that nothing is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueman.wire.decimals import DECIMAL_CHARS_MAX, NotADecimal, TooManyDecimals, parse, parse_down, text

NOT_DECIMALS = (
    "", " ", " 1", "1 ", "1\n", "+1", "-1", "-0", "1e400", "1E5", "NaN", "nan", "Infinity", "inf", "1_000", "1,000",
    "٣", "１", "1٫5", ".5", "5.", ".", "1.2.3", "0x10", "1\0", "½", "0" * 41, "0." + "1" * 39,
)  # fmt: skip


@pytest.mark.parametrize("wrong", NOT_DECIMALS)
def test_what_is_no_plain_decimal_is_refused(wrong: str) -> None:
    with pytest.raises(NotADecimal):
        parse(wrong, 8)


def test_a_number_finer_than_its_unit_is_refused() -> None:
    with pytest.raises(TooManyDecimals):
        parse("0.0000000000000000001", 18)  # 19 decimals
    assert parse("0.100000000000000000000", 1) == 1


def test_a_bound_may_be_finer_than_its_unit() -> None:
    assert [parse_down("1.99", places) for places in (0, 1, 2, 8)] == [1, 19, 199, 199_000_000]
    with pytest.raises(NotADecimal):
        parse_down("1e3", 8)


def test_forty_characters_are_read_and_forty_one_are_not() -> None:
    assert parse("9" * DECIMAL_CHARS_MAX, 0) == 10**DECIMAL_CHARS_MAX - 1
    with pytest.raises(NotADecimal):
        parse("9" * (DECIMAL_CHARS_MAX + 1), 0)


@pytest.mark.parametrize(
    ("written", "decimals", "count"),
    [("1.5", 8, 150_000_000), ("0", 8, 0), ("007", 0, 7), ("0.00000001", 8, 1), ("1.50", 1, 15), ("12", 2, 1_200)],
)
def test_known_numbers_are_read(written: str, decimals: int, count: int) -> None:
    assert parse(written, decimals) == count


@pytest.mark.parametrize(
    ("count", "decimals", "written"),
    [(150_000_000, 8, "1.50000000"), (0, 2, "0.00"), (7, 0, "7"), (-5, 2, "-0.05"), (-1_234, 1, "-123.4")],
)
def test_known_numbers_are_written(count: int, decimals: int, written: str) -> None:
    assert text(count, decimals) == written


@given(st.integers(0, 2**62), st.integers(0, 12))
def test_what_is_written_is_read_back(count: int, decimals: int) -> None:
    assert parse(text(count, decimals), decimals) == count


@given(st.text(max_size=45))
def test_any_text_is_read_exactly_or_refused(any_text: str) -> None:
    try:
        count = parse(any_text, 8)
    except (NotADecimal, TooManyDecimals):
        return
    assert any_text.isascii()
    whole, _, fraction = any_text.partition(".")
    assert count == int(whole) * 10**8 + int(fraction[:8].ljust(8, "0"))
    assert not fraction[8:].strip("0")
