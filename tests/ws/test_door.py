"""Paths."""

import pytest

from trueman.ws.door import read_path

WISHES = [
    (b"/ws", [], False),
    (b"/ws/", [], False),
    (b"/ws/0", [], False),
    (b"/ws/some-listen-key?a=b", [], False),
    (b"/ws/btcusdt@trade", ["btcusdt@trade"], False),
    (b"/ws/btcusdt@trade/ethusdt@depth5@100ms", ["btcusdt@trade", "ethusdt@depth5@100ms"], False),
    (b"/ws/!miniTicker@arr", ["!miniTicker@arr"], False),
    (b"/ws/btcusdt%40trade", ["btcusdt@trade"], False),
    (b"/stream", [], True),
    (b"/stream/", [], True),
    (b"/stream?streams=a@trade/b@depth", ["a@trade", "b@depth"], True),
    (b"/stream?streams=a%40trade%2Fb@depth", ["a@trade", "b@depth"], True),
    (b"/stream?streams=what", ["what"], True),
    (b"/stream?other=1", [], True),
]


@pytest.mark.parametrize(("target", "names", "combined"), WISHES)
def test_paths_that_open(target: bytes, names: list[str], combined: bool) -> None:
    assert read_path(target) == (names, combined)


@pytest.mark.parametrize("target", [b"/", b"/wss", b"/stream/x", b"/ws-api/v3", b"/\xff", b"/ws/" + b"x" * 70_000])
def test_paths_where_nothing_is(target: bytes) -> None:
    assert read_path(target) is None
