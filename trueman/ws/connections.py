"""All open connections: how many an address may have, who must be pinged, who reads slowly, who has lived too long."""

import asyncio
from collections import Counter
from typing import Final, Protocol

MAINTENANCE_SECONDS: Final = 1.0


class Connection(Protocol):
    address: str
    is_slow: bool

    def maintain(self, now: float) -> None:
        """Ping, or close what has been silent or open for too long."""

    def catch_up(self) -> None:
        """Send what was held back, if there is room now."""

    def say_goodbye(self) -> None: ...


class Connections:
    def __init__(self, per_address_max: int) -> None:
        self._per_address_max = per_address_max
        self._open: dict[Connection, None] = {}
        self._by_address: Counter[str] = Counter()
        self.all_gone = asyncio.Event()
        self.all_gone.set()
        self.slow: set[Connection] = set()

    def __len__(self) -> int:
        return len(self._open)

    def enter(self, connection: Connection) -> bool:
        """False when the address has as many as it may."""
        if self._by_address[connection.address] >= self._per_address_max:
            return False
        self._by_address[connection.address] += 1
        self._open[connection] = None
        self.all_gone.clear()
        return True

    def leave(self, connection: Connection) -> None:
        self.slow.discard(connection)
        if connection not in self._open:
            return
        del self._open[connection]
        self._by_address[connection.address] -= 1
        if not self._by_address[connection.address]:
            del self._by_address[connection.address]
        if not self._open:
            self.all_gone.set()

    def maintain(self, now: float) -> None:
        for connection in list(self._open):
            connection.maintain(now)

    def relieve(self) -> None:
        for connection in list(self.slow):
            connection.catch_up()

    def say_goodbye(self) -> None:
        for connection in list(self._open):
            connection.say_goodbye()
