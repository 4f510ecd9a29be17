"""The wallet's list in memory: what `PostgresOperations` does, for tests and simulations."""

from collections.abc import Iterable
from typing import Protocol

from trueman.infra.operations import (
    BROADCASTING,
    PENDING,
    REFUSED,
    UNFINISHED,
    Asked,
    Mend,
    Operation,
    mending,
    named,
)
from trueman.views.source_operations import SourceOperation


class Told(Protocol):
    """The tables that come from the log."""

    @property
    def number(self) -> int: ...

    def operations(self) -> Iterable[SourceOperation]: ...


class MemoryOperations:
    def __init__(self, told: Told) -> None:
        self._told = told
        self.rows: dict[tuple[int, int], Operation] = {}
        self.is_open = True
        """The desk, as `payout_desk` has it."""
        self.whole = 0
        """Up to this command the list lacks nothing."""

    def copy(self) -> tuple[dict[tuple[int, int], Operation], int]:
        """For `restore`, as a backup is."""
        return dict(self.rows), self.whole

    def restore(self, copy: tuple[dict[tuple[int, int], Operation], int]) -> None:
        self.rows, self.whole = dict(copy[0]), copy[1]

    async def insert(self, asked: Asked, now_us: int) -> Operation | None:
        if await self.pending(asked.account) is not None or await self.is_behind(asked.account):
            return None
        if asked.client_id and await self.find_client_id(asked.account, asked.client_id):
            return None
        kind, account, asset, amount, address, client_id = asked
        number = self._next(account)
        operation = Operation(account, number, kind, asset, amount, address, client_id, PENDING, 0, None, now_us)
        self.rows[operation[:2]] = operation
        return operation

    async def settle(self, operation: Operation) -> None:
        if self._is_pending(operation):
            self._keep(operation)

    async def claim(self, operation: Operation) -> Operation | None:
        if not self._is_pending(operation):
            return None
        return self._keep(self.rows[operation[:2]]._replace(reason=self.rows[operation[:2]].reason - 1))

    async def withdraw_number(self, operation: Operation) -> bool:
        if not self._is_pending(operation) or self.rows[operation[:2]].reason != operation.reason:
            return False
        del self.rows[operation[:2]]
        return True

    async def find(self, account: int, operation: int) -> Operation | None:
        return self.rows.get((account, operation))

    async def find_client_id(self, account: int, client_id: str) -> Operation | None:
        found = (row for row in self._own(account) if client_id and row.client_id == client_id)
        return next(found, None)

    async def pending(self, account: int) -> Operation | None:
        return next((row for row in self._own(account) if row.state == PENDING), None)

    async def accounts_pending(self) -> list[int]:
        rows = sorted(self.rows.values(), key=lambda row: row.created_us)
        return [row.account for row in rows if row.state == PENDING]

    async def nameless(self, account: int) -> list[Operation]:
        return [row for row in self._own(account) if row.mark]

    async def name(self, operation: Operation, asked: Asked) -> None:
        row = self.rows[operation[:2]]
        if row.mark:
            self._keep(named(row, asked))

    async def move(self, operation: Operation, target: str, now_us: int, txid: str = "", trouble: str = "") -> bool:
        row = self.rows.get(operation[:2])
        if row is None or row.payout != operation.payout or (target == BROADCASTING and not self.is_open):
            return False
        self._keep(row._replace(payout=target, txid=txid or row.txid, step_us=now_us, trouble=trouble))
        return True

    async def note_trouble(self, operation: Operation, trouble: str) -> None:
        row = self.rows.get(operation[:2])
        if row is not None and row.payout == operation.payout:
            self._keep(row._replace(trouble=trouble))

    async def rename(self, operation: Operation, client_id: str) -> None:
        row = self.rows[operation[:2]]
        if row.state == REFUSED:
            self._keep(row._replace(client_id=client_id))

    async def unfinished(self) -> list[Operation]:
        rows = (row for row in self.rows.values() if row.payout in UNFINISHED)
        return sorted(rows, key=lambda row: (row.payout == BROADCASTING, row.created_us))

    async def offset(self) -> int:
        return self._told.number

    async def logged(self, account: int, operation: int) -> SourceOperation | None:
        return next((row for row in self._taken(account) if row.operation == operation), None)

    async def is_behind(self, account: int) -> bool:
        taken = max((row.operation for row in self._taken(account)), default=0)
        return taken > max((row.operation for row in self._own(account)), default=0)

    async def mend(self, account: int) -> Mend:
        lost = [(row, self.rows.get((account, row.operation))) for row in self._taken(account)]
        planned = mending([(row, found) for row, found in lost if found is None or found.number != row.number])
        for operation in (*planned.settled, *planned.came):
            self._keep(operation)
        if planned.again is not None:
            again = planned.again._replace(operation=self._next(account), reason=0)
            self.rows[again[:2]] = again
        return planned

    async def behind(self) -> tuple[int, list[int]]:
        later = [row for row in self._told.operations() if self.whole < row.number and row.source == row.account]
        lacking = {row.source for row in later if self._number(row) != row.number}
        return self._told.number, sorted(lacking)

    async def mended(self, number: int) -> None:
        self.whole = max(self.whole, number)

    def _number(self, taken: SourceOperation) -> int | None:
        row = self.rows.get((taken.source, taken.operation))
        return None if row is None else row.number

    def _next(self, account: int) -> int:
        own, taken = self._own(account), self._taken(account)
        return max([row.operation for row in own] + [row.operation for row in taken], default=0) + 1

    def _own(self, account: int) -> list[Operation]:
        return sorted(row for row in self.rows.values() if row.account == account)

    def _taken(self, account: int) -> list[SourceOperation]:
        rows = (row for row in self._told.operations() if row.source == account == row.account)
        return sorted(rows, key=lambda row: row.operation)

    def _is_pending(self, operation: Operation) -> bool:
        row = self.rows.get(operation[:2])
        return row is not None and row.state == PENDING

    def _keep(self, operation: Operation) -> Operation:
        self.rows[operation[:2]] = operation
        return operation
