"""Paths, origins and addresses."""

import pytest

from trueman.infra.settings import Settings
from trueman.ws.door import allowed_origins, client_address, is_welcome, read_path

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


def test_programs_need_no_origin_and_pages_need_one_of_ours() -> None:
    allowed = allowed_origins(
        Settings(allowed_origins="https://trade.example, https://Other.example/", client_port=3000)
    )
    welcome = [None, "http://localhost:3000", "http://127.0.0.1:3000", "https://trade.example", "https://other.example"]
    unwelcome = [
        "http://localhost:3001",
        "https://localhost:3000",
        "https://trade.example.evil",
        "null",
        "",
        "http://[::",
    ]
    assert all(is_welcome(origin, allowed) for origin in welcome)
    assert not any(is_welcome(origin, allowed) for origin in unwelcome)


def test_only_our_own_proxies_may_name_the_caller() -> None:
    ours = frozenset({"10.0.0.1", "10.0.0.2"})
    assert client_address("1.2.3.4", "9.9.9.9", ours) == "1.2.3.4"
    assert client_address("10.0.0.1", "9.9.9.9, 5.6.7.8", ours) == "5.6.7.8"
    assert client_address("10.0.0.1", "6.6.6.6, 5.6.7.8, 10.0.0.2", ours) == "5.6.7.8"
    assert client_address("10.0.0.1", None, ours) == "10.0.0.1"
    assert client_address("10.0.0.1", "", ours) == "10.0.0.1"
