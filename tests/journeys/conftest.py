"""One real exchange for all journeys: every part a process, started as a user starts it, thrown away afterwards."""

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from bench.own_stack import Stack, demo_login, own_stack


@dataclass
class Person:
    email: str
    password: str
    token: str
    key: str
    secret: str


class Door:
    """The native interface, as far as a person needs it before a bot takes over."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, token: str = "") -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.stack.api_url + path, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or b"null")

    def sign_up(self) -> Person:
        """A new customer with an API key and simulated money."""
        email, password = f"journey-{uuid4().hex[:12]}@example.com", f"long enough {uuid4().hex}"
        self.call("POST", "/v1/auth/signup", {"email": email, "password": password})
        token = self.call("POST", "/v1/auth/login", {"email": email, "password": password})["access_token"]
        wanted = {"label": "bot", "permissions": ["read", "trade"]}
        key = self.call("POST", "/v1/api-keys", wanted, token)
        for asset, amount in (("USDT", "100000"), ("BTC", "2")):
            self.call("POST", "/v1/wallet/deposits", {"asset": asset, "amount": amount}, token)
        return Person(email, password, token, key["apiKey"], key["secretKey"])

    def wait_for_a_living_book(self, symbol: str, seconds: float = 60) -> None:
        """Until both sides are quoted and something has traded."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            book = self.call("GET", f"/api/v3/depth?symbol={symbol}&limit=5")
            if book["bids"] and book["asks"] and self.call("GET", f"/api/v3/trades?symbol={symbol}&limit=1"):
                return
            time.sleep(0.5)
        raise AssertionError(f"nobody trades {symbol} after {seconds} s")

    @contextmanager
    def simulator_at_rest(self, symbol: str) -> Iterator[None]:
        """Nobody but us: the simulator's orders have left the book. Afterwards it goes on."""
        token = self.call("POST", "/v1/auth/login", demo_login(self.stack, "admin"))["access_token"]
        self.call("POST", "/v1/simulator/stop", {}, token)
        try:
            self.wait_for_an_empty_book(symbol)
            yield
        finally:
            self.call("POST", "/v1/simulator/start", {"options": {}}, token)
            self.wait_for_a_living_book(symbol)

    def wait_for_an_empty_book(self, symbol: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            book = self.call("GET", f"/api/v3/depth?symbol={symbol}&limit=5")
            if not book["bids"] and not book["asks"]:
                return
            time.sleep(0.5)
        raise AssertionError(f"{symbol} is still quoted after {seconds} s")


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with own_stack() as running:
        yield running


@pytest.fixture(scope="session")
def door(stack: Stack) -> Door:
    door = Door(stack)
    for symbol in ("BTCUSDT", "ETHUSDT", "SOLUSDT", "ETHBTC"):
        door.wait_for_a_living_book(symbol)
    return door
