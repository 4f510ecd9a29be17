"""A gateway: the api's own state, endpoints and life, without the socket in front of them."""

import asyncio
from pathlib import Path
from typing import Any, cast

from tests.simulation.custody import CustodyDoor, CustodyServer, SwitchDoor
from tests.simulation.database_server import DatabaseServer, WalletDoor
from tests.simulation.history_door import HistoryDoor
from tests.simulation.log_server import LogDoor, LogServer
from tests.simulation.loop import SimulatedLoop
from tests.simulation.network import Network, Server
from trueman.api import server
from trueman.api.auth import ALL_PERMISSIONS, Caller
from trueman.api.binance import order_reads, orders
from trueman.api.binance.call import PER_MILLISECOND, Call
from trueman.api.composition import build_state
from trueman.api.http import Request
from trueman.api.state import ApiState
from trueman.api.wallet_operations import Wallet
from trueman.core.codec import Result
from trueman.core.commands import Command
from trueman.infra.clock import Clock
from trueman.infra.operations import Asked, Operation
from trueman.infra.settings import Settings
from trueman.wire.binance_errors import NO_SUCH_ORDER, Refusal


class NoKeys:
    """Nobody logs in: callers are who they say."""

    async def write_uses(self) -> None: ...

    async def forget_old_sessions(self) -> None: ...

    def close(self) -> None: ...


class NoDeposits:
    """No chain brings anything."""

    async def run(self) -> int:
        return 0


class Gateway(Server):
    def __init__(
        self,
        loop: SimulatedLoop,
        name: str,
        network: Network,
        log: LogServer,
        database: DatabaseServer,
        custody: CustodyServer,
        clock: Clock,
    ) -> None:
        super().__init__(loop, name)
        self._doors = (network, log, database, custody)
        self._clock = clock
        self.state: ApiState | None = None

    async def live(self, settings: Settings, stop: asyncio.Event) -> None:
        """Until `stop`; raise what ends it."""
        state = self._build(settings)
        async with server.running(state, stop) as tasks:
            self.state = state
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
            self.state = None
        for task in tasks:
            if task.done() and not task.cancelled():
                task.result()

    def crash(self) -> None:
        self.state = None
        super().crash()

    def _build(self, settings: Settings) -> ApiState:
        network, log_server, database, custody = self._doors
        pool, nobody = HistoryDoor(database, network), cast(Any, NoKeys())
        state = build_state(settings, LogDoor(log_server, network), cast(Any, pool), self._clock, nobody)
        state.users = state.keys = nobody
        door, switch = cast(Any, WalletDoor(database, network)), cast(Any, SwitchDoor(database, network))
        vault = CustodyDoor(custody, network)
        state.wallet = Wallet(
            door, state.log, state.writer, self._clock, switch, custody=vault, custody_timeout_seconds=3.0
        )
        state.crediting = cast(Any, NoDeposits())
        return state

    async def submit(self, command: Command) -> Result:
        return await self._state().writer.submit(command)

    async def place(self, account: int, deadline_us: int, parameters: dict[str, str]) -> Any:
        return await orders.place(self._call(account, deadline_us, parameters))

    async def cancel(self, account: int, deadline_us: int, parameters: dict[str, str]) -> Any:
        return await orders.cancel(self._call(account, deadline_us, parameters))

    async def find(self, account: int, parameters: dict[str, str]) -> tuple[Any, int]:
        """The order, if it is there; if not, up to which deadline that is the last word."""
        call = self._call(account, 0, parameters)
        try:
            return await order_reads.order(call), 0
        except Refusal as error:
            if error.code != NO_SUCH_ORDER:
                raise
            return None, int(dict(call.request.answer_headers)[b"x-decided-until"])

    async def perform(self, asked: Asked) -> Operation:
        return await self._state().wallet.perform(asked)

    def _call(self, account: int, deadline_us: int, parameters: dict[str, str]) -> Call:
        state = self._state()
        caller = Caller(account, "user", ALL_PERMISSIONS, deadline_us=deadline_us)
        request = Request("POST", "/api/v3/order", b"", b"", {}, "127.0.0.1", state)
        return Call(request, state, parameters, PER_MILLISECOND, account, caller)

    def _state(self) -> ApiState:
        if self.state is None:
            raise ConnectionRefusedError(f"{self.name} is not ready")
        return self.state


def settings_of(folder: Path, **values: Any) -> Settings:
    return Settings(data=folder, **values)
