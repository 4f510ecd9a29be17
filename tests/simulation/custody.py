"""Who keeps the coins: a server of somebody else's, which keeps its word about keys and loses everything else.

What it has paid it remembers over every crash, and pays no key twice; what it has refused it never pays. Its answers
get lost, come late or come twice like all others, and what was sent to it may be paid when its sender is long dead.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Final

from tests.simulation.database_server import DatabaseServer, Door
from tests.simulation.loop import SimulatedLoop
from tests.simulation.network import ConnectionLost, ConnectionRefused, Network, Server
from tests.simulation.trace import Trace
from trueman.errors import DatabaseUnavailable
from trueman.infra.custody import Payment, PaymentRefused
from trueman.infra.database.payout_desk import DeskState

WORK_SECONDS: Final = 0.02
REFUSES: Final = 0.1
"""Of all payments: an address that it does not like."""


class CustodyServer(Server):
    def __init__(self, loop: SimulatedLoop, random: Random, trace: Trace) -> None:
        super().__init__(loop, "custody")
        self._random = random
        self._trace = trace
        self.paid: dict[str, Payment] = {}
        self.refused: set[str] = set()
        self.asked: Counter[str] = Counter()
        """How often each was asked for, with what arrived twice."""

    async def pay(self, payment: Payment) -> str:
        await asyncio.sleep(WORK_SECONDS * self._random.random())
        self.asked[payment.key] += 1
        if payment.key not in self.paid:
            if payment.key in self.refused or self._random.random() < REFUSES:
                self.refused.add(payment.key)
                raise PaymentRefused("no such address")
            self.paid[payment.key] = payment
            self._trace.say("custody", f"pays {payment.key}: {payment.amount} of {payment.asset} to {payment.address}")
        assert self.paid[payment.key] == payment, f"{payment} has the name of {self.paid[payment.key]}"
        await asyncio.sleep(WORK_SECONDS * self._random.random())
        return f"tx-{payment.key}"

    async def find(self, key: str) -> str | None:
        await asyncio.sleep(WORK_SECONDS * self._random.random())
        return f"tx-{key}" if key in self.paid else None

    def refuse_for_good(self, key: str) -> bool:
        """What an operator asks it for: whether it has not paid this, and then never will."""
        if key not in self.paid:
            self.refused.add(key)
        return key in self.refused


class CustodyDoor:
    """What a gateway's desk holds."""

    def __init__(self, server: CustodyServer, network: Network) -> None:
        self._server = server
        self._network = network

    async def pay(self, payment: Payment) -> str:
        try:
            return await self._network.ask(self._server, lambda: self._server.pay(payment), "pay", may_double=True)
        except (ConnectionLost, ConnectionRefused) as error:
            raise ConnectionError(str(error)) from error

    async def find(self, key: str) -> str | None:
        try:
            return await self._network.ask(self._server, lambda: self._server.find(key), "find payment")
        except (ConnectionLost, ConnectionRefused) as error:
            raise ConnectionError(str(error)) from error


class SwitchDoor(Door):
    """Of the desk, in the database; an operator opens it again when he has looked."""

    def __init__(self, server: DatabaseServer, network: Network) -> None:
        super().__init__(server, network)

    async def look(self) -> DeskState:
        return DeskState(await self._do(lambda: self.server.desk_is_open))

    async def close(self, why: str, by: str) -> bool:
        return await self._do(self.server.close_desk)

    async def _do(self, question: Callable[[], bool]) -> bool:
        try:
            return await self.ask(lambda: self.server.do(question), "desk switch")
        except DatabaseUnavailable as error:
            raise ConnectionResetError(str(error)) from error
