"""Who is at the other end, asked by every service that faces the world: whose address counts, whose pages are ours.

The answers must be the same for REST and for streams, or a page that may use the one is refused by the other.
"""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

HOPS_MAX: Final = 16
"""Proxies of ours between a caller and a service; what is told beyond them is not read."""
LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")
ANY_ADDRESS: Final = ("", "0.0.0.0", "::")
PORT_OF_SCHEME: Final = {"http": 80, "https": 443}
_MAPPED: Final = "::ffff:"
_HOST: Final = r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?"
ORIGIN: Final = re.compile(rf"(?P<scheme>https?)://{_HOST}")
HOST: Final = re.compile(_HOST)

Network = IPv4Network | IPv6Network


def networks(text: str) -> tuple[Network, ...]:
    """Read comma-separated addresses and networks such as 10.0.0.1 and 172.16.0.0/12. Raise ValueError."""
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


class Proxies:
    """Ours, which tell the truth about whom they speak for."""

    def __init__(self, trusted: str) -> None:
        self._networks = networks(trusted)

    def caller(self, peer: str, forwarded_for: str) -> str:
        """The nearest address that is no proxy of ours: what stands further left, anybody may have written."""
        address = _plain(peer)
        if not forwarded_for or not self._networks:
            return address
        for hop in reversed(forwarded_for.split(",")[-HOPS_MAX:]):
            told = _read(_plain(hop.strip()))
            if told is None or not self._has(address):
                break
            address = str(told)
        return address

    def _has(self, address: str) -> bool:
        read = _read(address)
        return read is not None and any(read in network for network in self._networks)


class Origins:
    """The web pages that may act in a visitor's name: our client's, those we serve ourselves, and those listed."""

    def __init__(self, allowed: str, host: str, client_port: int) -> None:
        listed = {origin.strip().rstrip("/").lower() for origin in allowed.split(",") if origin.strip()}
        hosts = {*LOCAL_HOSTS, *({_in_url(host)} if host not in ANY_ADDRESS else ())}
        self._allowed = frozenset(listed | {f"http://{name}:{client_port}" for name in hosts})
        self._client_port = client_port

    def ours(self, origin: str, host: str) -> bool:
        """`host` is the Host header: under whichever name this machine was reached, its client is reached too."""
        origin, host = origin.lower(), host.lower()
        if origin in self._allowed:
            return True
        page, asked = ORIGIN.fullmatch(origin), HOST.fullmatch(host)
        if page is None or asked is None or page["host"] != asked["host"]:
            return False
        port = int(page["port"] or PORT_OF_SCHEME[page["scheme"]])
        return page["port"] == asked["port"] or port == self._client_port


def _plain(address: str) -> str:
    """A socket for both families writes ::ffff:192.0.2.1 for 192.0.2.1."""
    return address.removeprefix(_MAPPED) if "." in address else address


def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
