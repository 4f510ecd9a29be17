"""One account of the load: it asks over the public interface, and writes down what it asked before it sends it."""

import asyncio
import time
from collections import deque
from random import Random
from typing import Any, Final

import aiohttp
import msgspec

from trueman.chaos.attempts import Attempt, History, Kind, Look, Outcome, Reading
from trueman.errors import ServiceError

SYMBOL: Final = "BTCUSDT"
MIDDLE: Final = 30_000
SPREAD: Final = 40
OPEN_MAX: Final = 12
"""More open orders than that: it cancels."""
PAUSE_SECONDS: Final = 0.03
DOWN_SECONDS: Final = 0.2
"""How long it stays away from an exchange that did not answer."""
TIMEOUT: Final = aiohttp.ClientTimeout(total=8)
ORDER_MISSING: Final = -2013
NOT_WRITTEN: Final = (429, 503)
"""Of an order: the exchange says that nothing was written."""


class NoAnswer(ServiceError):
    """Nobody answered, or with something that decides nothing."""


class Client:
    def __init__(self, session: aiohttp.ClientSession, api_url: str, name: str, history: History, seed: int) -> None:
        self.account = -1
        self._session = session
        self._api_url = api_url
        self._email = f"{name}@chaos.example"
        self._name = name
        self._history = history
        self._random = Random(seed)
        self._token = ""
        self._asked = 0
        self._open: deque[str] = deque()
        """Client ids of orders that may still rest."""
        self._doubts: deque[Attempt] = deque()

    async def sign_up(self, money: dict[str, str]) -> None:
        body = {"email": self._email, "password": self._password}
        self.account = (await self._send("POST", "/v1/auth/signup", body))[1]["account"]
        for asset, amount in money.items():
            await self._deposit("deposit", asset, amount)

    async def trade(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self._act()
                pause = PAUSE_SECONDS
            except NoAnswer:
                pause = DOWN_SECONDS
            await asyncio.sleep(pause * (0.5 + self._random.random()))

    async def resolve(self, attempt: Attempt) -> None:
        """Learn for certain what became of it, as the documentation says. Raise NoAnswer while that is not known."""
        attempt.resolved_later = True
        if attempt.deadline_ms and await self._is_told_by_name(attempt):
            return
        # Nobody told from when on "not found" is the last word: what has the same id is never done twice.
        body = attempt.told if attempt.kind in ("deposit", "withdrawal") else None
        try:
            await self._finish(attempt, *attempt.sent, body)
        finally:
            if attempt.outcome == "nothing":
                attempt.outcome = "unknown"  # that nothing was written is said of the second time alone
        if attempt.kind == "cancel" and attempt.outcome == "refused":
            await self._look_what_ended(attempt)

    async def _is_told_by_name(self, attempt: Attempt) -> bool:
        """Only where the exchange calls it final."""
        path = f"/v1/orders/by-client-id/{attempt.client_id}?deadline={attempt.deadline_ms}"
        status, body = await self._call("GET", path)
        if status == 200:
            attempt.outcome, attempt.told = "acknowledged", body
        elif status == 404 and body["data"]["final"]:
            attempt.outcome = "nothing"
        elif status != 404:
            raise NoAnswer(f"{status} {body}")
        return attempt.outcome != "unknown"

    async def _look_what_ended(self, attempt: Attempt) -> None:
        """A cancel in doubt was sent again and refused: its order is over, by the first cancel or by itself."""
        status, body = await self._call("GET", f"/api/v3/order?symbol={SYMBOL}&origClientOrderId={attempt.about}")
        if status != 200 and body.get("code") != ORDER_MISSING:
            attempt.outcome = "unknown"
            raise NoAnswer(f"{status} {body}")
        attempt.outcome = "acknowledged" if body.get("status") == "CANCELED" else "refused"

    async def look(self, client_id: str) -> None:
        status, body = await self._call("GET", f"/api/v3/order?symbol={SYMBOL}&origClientOrderId={client_id}")
        if status == 200:
            look = Look(self.account, client_id, body["orderId"], body["status"], body["executedQty"])
        elif body.get("code") == ORDER_MISSING:
            look = Look(self.account, client_id, 0, "missing", "0.00000")
        else:
            raise NoAnswer(f"{status} {body}")
        self._history.looks.append(look)

    async def open_book(self) -> dict[str, Any]:
        status, body = await self._call("GET", f"/api/v3/depth?symbol={SYMBOL}&limit=5000")
        if status != 200:
            raise NoAnswer(f"{status} {body}")
        return body

    @property
    def _password(self) -> str:
        return f"a long word and {self._name}"

    async def _act(self) -> None:
        chance = self._random.random()
        if self._doubts and chance < 0.3:
            await self._settle_a_doubt()
        elif chance < 0.05:
            await self._read()
        elif chance < 0.10:
            await self._deposit("deposit", "USDT", f"{self._random.randint(1, 500)}")
        elif chance < 0.14:
            await self._deposit("withdrawal", "USDT", f"{self._random.randint(1, 500)}")
        elif len(self._open) > OPEN_MAX or (self._open and chance < 0.34):
            await self._cancel()
        elif self._open and chance < 0.42:
            await self._replace()
        else:
            await self._order()

    async def _settle_a_doubt(self) -> None:
        """The oldest first: the exchange remembers an id that is long over only for so many orders."""
        attempt = self._doubts[0]
        await self.resolve(attempt)
        if attempt.outcome != "unknown":
            self._doubts.remove(attempt)

    def _attempt(self, kind: Kind, about: str = "") -> Attempt:
        self._asked += 1
        attempt = Attempt(kind, self.account, f"{self._name}-{self._asked}", time.monotonic(), about=about)
        self._history.attempts.append(attempt)
        return attempt

    async def _order(self) -> None:
        attempt = self._attempt("order")
        self._open.append(attempt.client_id)
        await self._finish(attempt, "POST", f"/api/v3/order?{self._terms(attempt.client_id)}")

    def _terms(self, client_id: str) -> str:
        random = self._random
        side, quantity = random.choice(("BUY", "SELL")), f"{random.randint(1, 200) / 1_000:.3f}"
        kind = "type=MARKET"
        if random.random() < 0.9:
            kind = f"type=LIMIT&timeInForce=GTC&price={MIDDLE + random.randint(-SPREAD, SPREAD)}"
        terms = f"symbol={SYMBOL}&side={side}&{kind}&quantity={quantity}"
        return f"{terms}&newClientOrderId={client_id}&newOrderRespType=FULL"

    async def _cancel(self) -> None:
        attempt = self._attempt("cancel", self._open.popleft())
        await self._finish(attempt, "DELETE", f"/api/v3/order?symbol={SYMBOL}&origClientOrderId={attempt.about}")

    async def _replace(self) -> None:
        attempt = self._attempt("replace", self._open.popleft())
        self._open.append(attempt.client_id)
        mode = f"cancelReplaceMode=STOP_ON_FAILURE&cancelOrigClientOrderId={attempt.about}"
        await self._finish(attempt, "POST", f"/api/v3/order/cancelReplace?{mode}&{self._terms(attempt.client_id)}")

    async def _deposit(self, kind: Kind, asset: str, amount: str) -> None:
        attempt = self._attempt(kind)
        attempt.told = {"asset": asset, "amount": amount, "clientId": attempt.client_id}
        if kind == "withdrawal":
            attempt.told["address"] = "somewhere-else"
        await self._finish(attempt, "POST", f"/v1/wallet/{kind}s", attempt.told)

    async def _read(self) -> None:
        invoked = time.monotonic()
        status, body = await self._call("GET", "/v1/wallet/balances")
        if status == 200:
            rows = body["balances"]
            free, locked = ({row["asset"]: row[name] for row in rows} for name in ("free", "locked"))
            self._history.readings.append(Reading(self.account, invoked, time.monotonic(), free, locked))

    async def _finish(self, attempt: Attempt, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        """Write down the answer. Raise NoAnswer when it says nothing about what happened, or that nothing did."""
        attempt.sent = (method, path)
        try:
            status, told = await self._call(method, path, body)
        except NoAnswer:
            self._doubt(attempt)
            raise
        attempt.answered, attempt.code = time.monotonic(), int(told.get("code", 0))
        attempt.outcome = self._outcome(attempt, status)
        if attempt.outcome == "acknowledged":
            attempt.told = told
        elif attempt.outcome == "unknown":
            unresolved = told.get("data") or {}
            attempt.deadline_ms = unresolved.get("deadline", 0) if unresolved.get("clientOrderIds") else 0
            self._doubt(attempt)
        if status >= 500:
            raise NoAnswer(f"{status} {told}")

    def _doubt(self, attempt: Attempt) -> None:
        if not attempt.resolved_later:
            self._doubts.append(attempt)

    def _outcome(self, attempt: Attempt, status: int) -> Outcome:
        if status == 200 or status == 201:
            return "acknowledged"
        if status in NOT_WRITTEN and attempt.kind in ("order", "cancel", "replace"):
            return "nothing"
        return "refused" if 400 <= status < 500 else "unknown"

    async def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        if not self._token:
            await self._log_in()
        status, told = await self._send(method, path, body)
        if status == 401:
            # A clock has jumped over the token's life. Nothing was done: ask again with a new one.
            await self._log_in()
            status, told = await self._send(method, path, body)
        return status, told

    async def _log_in(self) -> None:
        self._token = ""
        status, told = await self._send("POST", "/v1/auth/login", {"email": self._email, "password": self._password})
        if status != 200:
            raise NoAnswer(f"{status} {told}")
        self._token = told["access_token"]

    async def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            async with self._session.request(
                method, self._api_url + path, json=body, headers=headers, timeout=TIMEOUT
            ) as answer:
                told = msgspec.json.decode(await answer.read() or b"{}")
                return answer.status, told
        except (aiohttp.ClientError, TimeoutError, OSError, msgspec.DecodeError) as error:
            raise NoAnswer(f"{type(error).__name__}: {error}") from error
