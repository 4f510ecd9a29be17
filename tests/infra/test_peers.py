"""Whose address counts, and whose pages are ours."""

import pytest

from trueman.infra.peers import HOPS_MAX, Origins, Proxies, networks

PROXIES = "10.0.0.1, 172.16.0.0/12, fd00::/8"
CALLERS = [
    ("1.2.3.4", "9.9.9.9", "1.2.3.4"),
    ("10.0.0.1", "9.9.9.9, 5.6.7.8", "5.6.7.8"),
    ("10.0.0.1", "6.6.6.6, 5.6.7.8, 172.20.0.9", "5.6.7.8"),
    ("172.31.255.255", "5.6.7.8", "5.6.7.8"),
    ("172.32.0.0", "5.6.7.8", "172.32.0.0"),
    ("fd00::7", "2001:db8::1", "2001:db8::1"),
    ("::ffff:10.0.0.1", "::ffff:5.6.7.8", "5.6.7.8"),
    ("::ffff:1.2.3.4", "", "1.2.3.4"),
    ("10.0.0.1", "", "10.0.0.1"),
    ("10.0.0.1", "6.6.6.6, unknown", "10.0.0.1"),
    ("10.0.0.1", "6.6.6.6,", "10.0.0.1"),
    ("10.0.0.1", "172.20.0.9", "172.20.0.9"),
    ("", "6.6.6.6", ""),
]


@pytest.mark.parametrize(("peer", "forwarded", "caller"), CALLERS)
def test_the_nearest_address_that_is_no_proxy_of_ours_counts(peer: str, forwarded: str, caller: str) -> None:
    assert Proxies(PROXIES).caller(peer, forwarded) == caller


def test_without_proxies_only_the_peer_counts() -> None:
    assert Proxies("").caller("10.0.0.1", "9.9.9.9") == "10.0.0.1"


def test_a_chain_without_end_is_not_followed() -> None:
    assert Proxies(PROXIES).caller("10.0.0.1", "6.6.6.6" + ",10.0.0.1" * HOPS_MAX) == "10.0.0.1"


@pytest.mark.parametrize("text", ["10.0.0.300", "10.0.0.0/33", "proxy.example", "10.0.0.1;10.0.0.2"])
def test_what_is_no_address_and_no_network_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="does not appear"):
        networks(text)


LISTED = "https://trade.example, https://Other.example/"
OURS = [
    ("http://localhost:3000", "api.test"),
    ("http://127.0.0.1:3000", "api.test"),
    ("http://[::1]:3000", "api.test"),
    ("https://trade.example", "api.test"),
    ("https://other.example", ""),
    ("http://192.168.1.5:3000", "192.168.1.5:8080"),
    ("http://Box.lan:3000", "box.lan:9000"),
    ("http://[fe80::1]:3000", "[fe80::1]:9000"),
    ("http://192.168.1.5:8080", "192.168.1.5:8080"),
]
FOREIGN = [
    ("http://localhost:3001", "api.test"),
    ("https://localhost:3000", "api.test"),
    ("https://trade.example.evil", "api.test"),
    ("http://192.168.1.5:3000", "192.168.1.6:8080"),
    ("http://192.168.1.5:3001", "192.168.1.5:8080"),
    ("http://192.168.1.5", "192.168.1.5:8080"),
    ("http://192.168.1.5:3000/x", "192.168.1.5:8080"),
    ("http://me@192.168.1.5:3000", "192.168.1.5:8080"),
    ("ftp://192.168.1.5:3000", "192.168.1.5:8080"),
    ("http://0.0.0.0:3000", "192.168.1.5:8080"),
    ("http://:3000", ":8080"),
    ("http://", ""),
    ("null", "null"),
    ("", ""),
    ("http://[::", "[::"),
]


def test_the_pages_of_our_client_are_ours_under_whichever_name_it_is_reached() -> None:
    origins = Origins(LISTED, "0.0.0.0", 3000)
    assert [pair for pair in OURS if not origins.ours(*pair)] == []
    assert [pair for pair in FOREIGN if origins.ours(*pair)] == []


def test_the_address_that_we_listen_on_names_our_client_too() -> None:
    assert Origins("", "192.168.1.5", 3000).ours("http://192.168.1.5:3000", "api.test")
    assert Origins("", "fd00::1", 3000).ours("http://[fd00::1]:3000", "api.test")
    assert Origins("", "", 80).ours("http://box.lan", "box.lan:8080")
