"""What a gateway reads from PostgreSQL, answered from the tables in memory: its views' start, orders of long ago.

The real loading code runs; only the statements it asks are looked up here instead of being sent.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from unittest.mock import patch

from tests.simulation.database_server import DatabaseServer, Door
from tests.simulation.network import Network
from trueman.api import composition
from trueman.core.events import MarketDefined
from trueman.db_updater.memory_tables import COLUMNS, Copy
from trueman.errors import DatabaseUnavailable
from trueman.infra.database import bootstrap, history
from trueman.infra.database.history import Offset
from trueman.views.orders import OPEN_STATES, Order
from trueman.views.tape import TRADES_MAX, Trade

CANDLE_FIELDS = bootstrap._CANDLE.split(", ")


class Record(tuple[Any, ...]):
    """A row that knows the names of its columns."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str], values: Iterable[Any]) -> "Record":
        record = cls(values)
        record.names = tuple(names)
        return record

    def __getitem__(self, key: Any) -> Any:
        return tuple.__getitem__(self, self.names.index(key) if isinstance(key, str) else key)


class HistoryDoor(Door):
    """Stands where a gateway has its pool of connections."""

    def __init__(self, server: DatabaseServer, network: Network) -> None:
        super().__init__(server, network)

    async def copy(self) -> Copy:
        """The tables as one repeatable-read transaction sees them."""
        return await self.ask(lambda: self.server.do(self.server.tables.copy), "read tables")


class Snapshot:
    """A connection within its transaction."""

    def __init__(self, copy: Copy) -> None:
        self._copy = copy

    @asynccontextmanager
    async def transaction(self, **_: object) -> AsyncIterator[None]:
        yield

    async def fetchrow(self, statement: str, *_: object) -> tuple[int, int]:
        assert statement == bootstrap.OFFSET
        return self._copy.number, self._copy.time_us

    async def fetchval(self, statement: str) -> int | None:
        assert statement == bootstrap.RULESET
        return max((row["ruleset"] for row in self.rows("ruleset_switches", "ruleset")), default=None)

    async def fetch(self, statement: str, *asked: Any) -> list[Any]:
        return list(ANSWERS[statement](self, *asked))

    def rows(self, table: str, *names: str) -> Iterator[Record]:
        columns = COLUMNS[table]
        places = [columns.index(name) for name in names]
        for row in self._copy.rows[table].values():
            yield Record.of(names, [row[place] for place in places])

    def ordered(self, table: str, *names: str) -> list[Record]:
        return sorted(self.rows(table, *names))

    def markets(self) -> list[Record]:
        names = ("last_update_id", "last_trade_id", *MarketDefined._fields)
        return sorted(self.rows("markets", *names), key=lambda row: row["market"])

    def trades(self) -> list[Record]:
        newest: dict[int, list[Record]] = {}
        for row in self._copy.rows["trades"].values():
            record = Record.of(("time_us", *COLUMNS["trades"][2:]), row[1:])
            newest.setdefault(record["market"], []).append(record)
        found = [sorted(rows, key=lambda row: row["trade_id"])[-TRADES_MAX:] for _, rows in sorted(newest.items())]
        return [row for rows in found for row in rows]

    def candles(self) -> list[Record]:
        return sorted(self.rows("candles", "market", "interval", *CANDLE_FIELDS), key=lambda row: row[:3])

    def minutes(self, since_us: int) -> list[Record]:
        rows = [row for row in self.candles() if row["interval"] == "1m" and row["open_us"] >= since_us]
        return [Record.of(("market", *CANDLE_FIELDS), (row[0], *row[2:])) for row in rows]

    def previous_closes(self, before_us: int) -> list[tuple[int, int]]:
        rows = [row for row in self.candles() if row["interval"] == "1m" and row["open_us"] < before_us]
        return list({row["market"]: row["close"] for row in rows}.items())

    def newest_candles(self, _: list[str]) -> list[Record]:
        return list({(row[0], row[1]): row for row in self.candles()}.values())

    def open_orders(self) -> list[Record]:
        rows = [row for row in self.rows("orders", *Order.__slots__) if row["status"] in OPEN_STATES]
        return sorted(rows, key=lambda row: row["order_id"])

    def open_lists(self) -> list[tuple[Any, ...]]:
        found = []
        for row in self.ordered("order_lists", *COLUMNS["order_lists"][1:]):
            if row["closed_us"] == 0:
                members = [o[0] for o in self.ordered("orders", "order_id", "list_id") if o[1] == row["list_id"]]
                found.append((*row, members))
        return found


ANSWERS: dict[str, Callable[..., Iterable[Any]]] = {
    bootstrap.ASSETS: lambda own: own.ordered("assets", "asset", "code", "decimals"),
    bootstrap.MARKETS: Snapshot.markets,
    bootstrap.GUARDS: lambda own: own.ordered("market_guards", *COLUMNS["market_guards"]),
    bootstrap.TIERS: lambda own: own.ordered("fee_tiers", *COLUMNS["fee_tiers"]),
    bootstrap.LEVELS: lambda own: own.ordered("levels", *COLUMNS["levels"]),
    bootstrap.TRADES: Snapshot.trades,
    bootstrap.MINUTES: Snapshot.minutes,
    bootstrap.PREVIOUS_CLOSES: Snapshot.previous_closes,
    bootstrap.NEWEST_CANDLES: Snapshot.newest_candles,
    bootstrap.BALANCES: lambda own: own.ordered("balances", "account", "asset", "available", "held", "reserved"),
    bootstrap.OPEN_ORDERS: Snapshot.open_orders,
    bootstrap.OPEN_LISTS: Snapshot.open_lists,
    bootstrap.TERMS: lambda own: own.ordered("account_terms", *COLUMNS["account_terms"]),
}


@asynccontextmanager
async def borrowed(pool: HistoryDoor) -> AsyncIterator[Snapshot]:
    yield Snapshot(await pool.copy())


async def offset(database: HistoryDoor) -> Offset:
    tables = database.server.tables
    return await database.ask(
        lambda: database.server.do(lambda: Offset(tables.number, tables.time_us, tables.chain)), "offset"
    )


async def order(database: HistoryDoor, account: int, order_id: int) -> Order | None:
    rows = database.server.tables.rows
    row = await database.ask(lambda: database.server.do(lambda: rows["orders"].get(order_id)), "order")
    found = Order(*row[1:]) if row else None
    return found if found is not None and found.account == account else None


async def order_by_client_id(database: HistoryDoor, account: int, client_id: str, market: int) -> Order | None:
    """The newest of that name."""
    copy = await database.copy()
    found = [Order(*row[1:]) for row in copy.rows["orders"].values()]
    named = [o for o in found if (o.account, o.client_id, o.market) == (account, client_id, market)]
    return max(named, key=lambda order: order.order_id, default=None)


async def trades_of_account(database: HistoryDoor, account: int, market: int, **asked: Any) -> list[Trade]:
    raise DatabaseUnavailable("nobody asks for a full answer here")


async def updater_offset(database: HistoryDoor) -> int:
    return (await offset(database)).number


@contextmanager
def history_in_memory() -> Iterator[None]:
    """Whoever asks PostgreSQL within this asks the tables in memory."""
    answers: dict[str, Any] = {f.__name__: f for f in (offset, order, order_by_client_id, trades_of_account)}
    with (
        patch.object(bootstrap, "borrow", borrowed),
        patch.object(composition, "updater_offset", updater_offset),
        patch.multiple(history, **answers),
    ):
        yield
