"""Query strings and forms, read once and strictly."""

from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueman.wire.binance_errors import Refusal
from trueman.wire.rest_parameters import PARAMETERS_MAX, client_id, integer, limit, read, symbols


def test_the_query_string_wins_over_the_body() -> None:
    assert read(b"a=1&b=2", b"b=3&c=4") == {"a": "1", "b": "2", "c": "4"}


def test_values_are_decoded_once() -> None:
    assert read(b"a=%41%2B+b&%63=%2525", b"") == {"a": "A+ b", "c": "%25"}


def test_odd_pieces_do_no_harm() -> None:
    assert read(b"&&a&b=&=c&d=e=f", b"") == {"a": "", "b": "", "": "c", "d": "e=f"}


@pytest.mark.parametrize("raw", [b"a=1&a=1", b"a=1&%61=2"])
def test_a_name_twice_in_one_part_is_refused(raw: bytes) -> None:
    for query, body in ((raw, b""), (b"", raw), (b"z=1", raw)):
        with pytest.raises(Refusal) as refused:
            read(query, body)
        assert (refused.value.code, refused.value.field) == (-1101, "a")


def test_parameters_are_bounded_in_number() -> None:
    with pytest.raises(Refusal):
        read(b"&".join(b"p%d=1" % number for number in range(PARAMETERS_MAX + 1)), b"")


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(query: bytes, body: bytes) -> None:
    try:
        parameters = read(query, body)
    except Refusal:
        parameters = {}
    assert all(type(value) is str for value in parameters.values())


@given(st.text(max_size=25))
def test_an_integer_is_ascii_digits_or_refused(value: str) -> None:
    plain = value.isascii() and value.isdigit() and len(value) <= 20 and int(value) < 2**63
    with nullcontext() if plain else pytest.raises(Refusal):
        assert integer({"n": value}, "n") == int(value)


def test_a_limit_is_cut_down_to_the_most_but_never_raised_from_zero() -> None:
    assert (limit({}, 5, 10), limit({"limit": "7"}, 5, 10), limit({"limit": "999"}, 5, 10)) == (5, 7, 10)
    with pytest.raises(Refusal):
        limit({"limit": "0"}, 5, 10)


def test_client_ids_and_symbols_are_checked_as_a_whole() -> None:
    assert client_id({"id": "x-TKT5PX2F:a_b.c/1"}, "id") == "x-TKT5PX2F:a_b.c/1"
    for wrong in ("", "a\n", "a" * 37, "é"):
        with pytest.raises(Refusal):
            client_id({"id": wrong}, "id")
    assert symbols({"symbols": '["A", "B"]'}) == ["A", "B"]
    assert symbols({}) is None
