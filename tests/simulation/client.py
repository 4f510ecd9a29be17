"""Traders who write down everything they are told, and ask again under the same name when they are told nothing."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.simulation.gateway import Gateway
from tests.simulation.network import ConnectionLost, ConnectionRefused, Network
from tests.simulation.referee import Referee, require
from tests.simulation.trace import Trace
from trueman.errors import ClientError, Conflict, LogUnavailable, Overloaded, ServiceError, TooManyRequests
from trueman.infra.clock import Clock
from trueman.infra.operations import DEPOSIT, DONE, PAYOUT, Asked, Operation
from trueman.wire.binance_errors import TIMEOUT, Refusal

SYMBOL = "BTCUSDT"
ASSETS = (0, 1)
PRICE_MIDDLE = 100
RECEIVE_WINDOWS_US = (200_000, 1_000_000, 5_000_000)
TRIES_MAX = 4
SEEN_TWICE = 0.3
UNKNOWN, PLACED, REFUSED, NOT_WRITTEN, ABSENT = "unknown", "placed", "refused", "not written", "absent"
NOTHING_WRITTEN = (LogUnavailable, Overloaded, TooManyRequests)


@dataclass
class Attempt:
    """One order under one client id, however often it was sent."""

    account: int
    client_id: str
    outcome: str = UNKNOWN
    order_id: int = 0
    executed: int = 0
    told: str = ""
    deadline_us: int = 0
    doubts: int = 0
    """How many of the tries ended without an answer."""


@dataclass
class Diary:
    """What all clients were told."""

    orders: list[Attempt] = field(default_factory=list)
    operations: dict[tuple[int, str], tuple[Asked, Operation | None]] = field(default_factory=dict)
    cancelled: list[tuple[int, int]] = field(default_factory=list)
    """Account and order id of cancels that were confirmed."""
    answers: int = 0
    doubts: int = 0
    seen_twice: int = 0
    """Deposits of which two watchers of the chain told at once."""


class Client:
    def __init__(
        self,
        account: int,
        random: Random,
        gateways: list[Gateway],
        network: Network,
        referee: Referee,
        diary: Diary,
        trace: Trace,
        clock: Clock,
    ) -> None:
        self.account = account
        self._random = random
        self._gateways = gateways
        self._network = network
        self._referee = referee
        self._diary = diary
        self._trace = trace
        self._clock = clock
        self._named = 0
        self._mine: list[Attempt] = []

    async def fund(self) -> None:
        for asset in ASSETS:
            await self.move(DEPOSIT, asset, 1_000_000)

    async def trade(self, acts: int, pause_seconds: float) -> None:
        for _ in range(acts):
            await asyncio.sleep(self._random.random() * 2 * pause_seconds)
            what = self._random.random()
            if what < 0.7:
                await self.place()
            elif what < 0.88:
                await self.cancel()
            else:
                kind = DEPOSIT if what < 0.92 else PAYOUT
                await self.move(kind, self._random.choice(ASSETS), self._random.randint(1, 300_000))

    async def place(self) -> None:
        self._named += 1
        attempt = Attempt(self.account, f"c{self.account}-{self._named}")
        self._diary.orders.append(attempt)
        self._mine.append(attempt)
        window_us = self._random.choice(RECEIVE_WINDOWS_US)
        parameters = {"symbol": SYMBOL, "newClientOrderId": attempt.client_id, **self._terms()}
        for _ in range(TRIES_MAX):
            attempt.deadline_us = max(attempt.deadline_us, self._clock() + window_us, self._referee.time_us + window_us)
            if await self._try(attempt, parameters):
                return
            await asyncio.sleep(self._random.random() * 0.5)
        if attempt.outcome == UNKNOWN:
            await self.resolve(attempt)

    async def _try(self, attempt: Attempt, parameters: dict[str, str]) -> bool:
        """Whether the outcome is known now."""
        account, deadline_us = self.account, attempt.deadline_us
        gateway = self._random.choice(self._gateways)
        try:
            placed = await self._ask(gateway, lambda: gateway.place(account, deadline_us, parameters), "place")
        except (Refusal, ClientError) as error:
            if isinstance(error, Refusal) and error.code == TIMEOUT:
                return self._doubt(attempt)
            attempt.told = str(error)
            attempt.outcome = UNKNOWN if attempt.doubts else REFUSED
            return not isinstance(error, TooManyRequests)
        except NOTHING_WRITTEN as error:
            attempt.told = str(error)
            attempt.outcome = UNKNOWN if attempt.doubts else NOT_WRITTEN
            return False
        except (ConnectionRefused, ConnectionRefusedError):
            return False
        except (ServiceError, ConnectionLost):
            return self._doubt(attempt)
        except asyncio.CancelledError:
            self._doubt(attempt)
            raise
        self._confirm(attempt, placed)
        return True

    def _doubt(self, attempt: Attempt) -> bool:
        attempt.doubts += 1
        attempt.outcome = UNKNOWN
        self._diary.doubts += 1
        return False

    def _confirm(self, attempt: Attempt, placed: Any) -> None:
        self._diary.answers += 1
        attempt.outcome, attempt.order_id = PLACED, placed.order_id
        found = self._referee.placed[self.account, attempt.client_id]
        require(len(found) == 1, f"{attempt.client_id} was confirmed, and is in the log {len(found)} times")
        require(found[0].order_id == placed.order_id, f"{attempt.client_id} was confirmed as {placed.order_id}")
        self._trace.say(f"client {self.account}", f"{attempt.client_id} is order {placed.order_id}")

    def _terms(self) -> dict[str, str]:
        random = self._random
        side, lots = random.choice(("BUY", "SELL")), random.randint(1, 40)
        terms = {"side": side, "quantity": hundredths(lots)}
        if random.random() < 0.15:
            return {**terms, "type": "MARKET", "newOrderRespType": "RESULT"}
        price = hundredths(random.randint(PRICE_MIDDLE - 6, PRICE_MIDDLE + 6))
        if random.random() < 0.1:
            return {**terms, "type": "LIMIT_MAKER", "price": price, "newOrderRespType": "RESULT"}
        time_in_force = random.choice(("GTC", "GTC", "GTC", "IOC", "FOK"))
        return {**terms, "type": "LIMIT", "price": price, "timeInForce": time_in_force, "newOrderRespType": "RESULT"}

    async def cancel(self) -> None:
        known = [attempt for attempt in self._mine[-20:] if attempt.outcome == PLACED]
        if not known:
            return
        attempt = self._random.choice(known)
        parameters = {"symbol": SYMBOL, "orderId": str(attempt.order_id)}
        gateway, account = self._random.choice(self._gateways), self.account
        deadline_us = max(self._clock(), self._referee.time_us) + RECEIVE_WINDOWS_US[-1]
        try:
            await self._ask(gateway, lambda: gateway.cancel(account, deadline_us, parameters), "cancel")
        except (Refusal, ClientError, ServiceError, ConnectionLost, ConnectionRefused, ConnectionRefusedError) as error:
            self._trace.say(f"client {self.account}", f"cancel of {attempt.order_id}: {type(error).__name__}")
            return
        self._diary.answers += 1
        self._diary.cancelled.append((self.account, attempt.order_id))

    async def move(self, kind: str, asset: int, amount: int) -> None:
        self._named += 1
        address = f"address-{self._random.randint(1, 9)}" if kind == PAYOUT else ""
        asked = Asked(kind, self.account, asset, amount, address, f"m{self.account}-{self._named}")
        self._diary.operations[self.account, asked.client_id] = asked, None
        watchers = 2 if kind == DEPOSIT and self._random.random() < SEEN_TWICE else 1
        self._diary.seen_twice += watchers - 1
        for _ in range(TRIES_MAX):
            if any(await asyncio.gather(*[self.perform(asked) for _ in range(watchers)])):
                return
            await asyncio.sleep(self._random.random() * 0.5)

    async def perform(self, asked: Asked) -> bool:
        """Whether the outcome is known now."""
        gateway = self._random.choice(self._gateways)
        try:
            operation = await self._ask(gateway, lambda: gateway.perform(asked), "move")
        except Conflict as error:
            raise AssertionError(f"{asked.client_id} is taken for another one") from error
        except (ServiceError, ConnectionLost, ConnectionRefused, OSError):
            self._diary.doubts += 1
            return False
        self._diary.answers += 1
        self._diary.operations[asked.account, asked.client_id] = asked, operation
        if operation.state == DONE:
            require(
                operation.number is not None and operation.number <= self._referee.decided,
                f"{asked.client_id} was said to be done by command {operation.number}, which is not on disk",
            )
        return True

    async def resolve(self, attempt: Attempt) -> bool:
        """Ask what became of an order in doubt. Whether the answer is final."""
        gateway, account = self._random.choice(self._gateways), self.account
        parameters = {"symbol": SYMBOL, "origClientOrderId": attempt.client_id}
        try:
            found, decided_until_ms = await self._ask(gateway, lambda: gateway.find(account, parameters), "find")
        except Refusal as error:
            raise AssertionError(f"asked for {attempt.client_id}: {error}") from error
        except (ClientError, ServiceError, ConnectionLost, ConnectionRefused, OSError):
            return False
        if found is not None:
            self._confirm(attempt, found)
            return True
        is_final: bool = decided_until_ms * 1_000 >= attempt.deadline_us
        if is_final:
            attempt.outcome = ABSENT
        return is_final

    async def touch(self) -> None:
        """Something that is refused, so that there is one more command."""
        gateway, account = self._random.choice(self._gateways), self.account
        parameters = {"symbol": SYMBOL, "origClientOrderId": "nobody"}
        with contextlib.suppress(Refusal):
            await self._ask(gateway, lambda: gateway.cancel(account, 0, parameters), "touch")

    async def _ask(self, gateway: Gateway, work: Any, what: str) -> Any:
        return await self._network.ask(gateway, work, what, may_cancel=True)


def hundredths(number: int) -> str:
    return f"{number // 100}.{number % 100:02d}"
