"""What the api asks PostgreSQL about the past. Answers are the views' own records, in integers, oldest first.

Every question names its market or its account and a limit, and is answered from one index. A question from an id or
a start time on is answered with the oldest rows that match, any other with the newest. A span of time is first turned
into a span of ids, for both grow together.
"""

from typing import Any, Final, NamedTuple

import asyncpg

from trueman.core.events import MatchPrevented, Traded
from trueman.infra.database.connection import Connection
from trueman.views.candles import Candle
from trueman.views.orders import Order, OrderList
from trueman.views.tape import Trade

Database = asyncpg.Pool | Connection

ROWS_MAX: Final = 5_000
"""The most rows that one question may ask for."""

ORDER_COLUMNS: Final = ", ".join(Order.__dataclass_fields__)
TRADE_COLUMNS: Final = ", ".join(("time_us", *Traded._fields))
PREVENTED_COLUMNS: Final = ", ".join(("time_us", *MatchPrevented._fields))
LIST_COLUMNS: Final = (
    "market, type, list_id, account, client_id, accepted_us, closed_us,"
    " ARRAY(SELECT order_id FROM orders WHERE orders.list_id = order_lists.list_id ORDER BY order_id)"
)
CANDLE_COLUMNS: Final = ", ".join(Candle.__dataclass_fields__)


class Offset(NamedTuple):
    """How far the tables have come: everything up to command `number`, whose time was `time_us`."""

    number: int
    time_us: int
    chain: bytes


async def offset(database: Database) -> Offset:
    row = await database.fetchrow("SELECT number, time_us, chain FROM stream_offset WHERE name = 'updater'")
    assert row is not None, "the migrations put this row there"
    return Offset(*row)


async def order(database: Database, account: int, order_id: int) -> Order | None:
    """The order if it is the account's: nobody learns of a stranger's."""
    statement = f"SELECT {ORDER_COLUMNS} FROM orders WHERE order_id = $1 AND account = $2"
    row = await database.fetchrow(statement, order_id, account)
    return Order(*row) if row else None


async def order_by_client_id(database: Database, account: int, client_id: str, market: int | None) -> Order | None:
    """The newest order of that name: a name may be used again once its order is closed. `market` None: of any."""
    row = await database.fetchrow(
        f"SELECT {ORDER_COLUMNS} FROM orders WHERE account = $1 AND client_id = $2"
        " AND ($3::bigint IS NULL OR market = $3)"
        " ORDER BY order_id DESC LIMIT 1",
        account,
        client_id,
        market,
    )
    return Order(*row) if row else None


async def orders_of_account(
    database: Database,
    account: int,
    market: int,
    *,
    from_order_id: int | None = None,
    start_us: int | None = None,
    end_us: int | None = None,
    limit: int,
) -> list[Order]:
    """All orders, whatever became of them; times are those of acceptance, both ends included."""
    question = Question(oldest_first=from_order_id is not None or start_us is not None, limit=limit)
    conditions = [f"account = {question.mark(account)} AND market = {question.mark(market)}"]
    if from_order_id is not None:
        first = question.mark(from_order_id)
        since = f"SELECT accepted_us FROM orders WHERE order_id >= {first} ORDER BY order_id LIMIT 1"
        conditions.append(f"accepted_us >= ({since}) AND order_id >= {first}")
    if start_us is not None:
        conditions.append(f"accepted_us >= {question.mark(start_us)}")
    if end_us is not None:
        conditions.append(f"accepted_us <= {question.mark(end_us)}")
    chosen = " AND ".join(conditions)
    statement = f"SELECT {ORDER_COLUMNS} FROM orders WHERE {chosen} {question.tail('accepted_us', 'order_id')}"
    return [Order(*row) for row in await question.ask(database, statement)]


async def trades_of_market(
    database: Database,
    market: int,
    *,
    from_trade_id: int | None = None,
    start_us: int | None = None,
    end_us: int | None = None,
    limit: int,
) -> list[Trade]:
    question = Question(oldest_first=from_trade_id is not None or start_us is not None, limit=limit)
    span = _trade_span(question, market, from_trade_id, start_us, end_us)
    statement = f"SELECT {TRADE_COLUMNS} FROM trades WHERE {span} {question.tail('trade_id')}"
    return [_trade(row) for row in await question.ask(database, statement)]


async def trades_of_account(
    database: Database,
    account: int,
    market: int,
    *,
    order_id: int | None = None,
    from_trade_id: int | None = None,
    start_us: int | None = None,
    end_us: int | None = None,
    limit: int,
) -> list[Trade]:
    """As maker or as taker; who traded with itself sees the trade once."""
    question = Question(oldest_first=from_trade_id is not None or start_us is not None, limit=limit)
    span = _trade_span(question, market, from_trade_id, start_us, end_us)
    own = question.mark(account)
    as_maker, as_taker = f"maker_account = {own}", f"taker_account = {own}"
    if order_id is None:
        as_taker += f" AND maker_account <> {own}"
    else:
        wanted = question.mark(order_id)
        as_maker += f" AND maker_order = {wanted}"
        as_taker += f" AND taker_order = {wanted}"
    tail = question.tail("trade_id")
    parts = [f"(SELECT {TRADE_COLUMNS} FROM trades WHERE {role} AND {span} {tail})" for role in (as_maker, as_taker)]
    return [_trade(row) for row in await question.ask(database, f"{' UNION ALL '.join(parts)} {tail}")]


class Prevention(NamedTuple):
    time_us: int
    prevented: MatchPrevented


async def prevented_matches(
    database: Database,
    account: int,
    market: int,
    *,
    prevention_id: int | None = None,
    order_id: int | None = None,
    from_prevention_id: int | None = None,
    limit: int,
) -> list[Prevention]:
    """Those that the account took part in, as maker or as taker."""
    question = Question(oldest_first=True, limit=limit)
    own = question.mark(account)
    conditions = [f"market = {question.mark(market)} AND (maker_account = {own} OR taker_account = {own})"]
    if prevention_id is not None:
        conditions.append(f"prevention_id = {question.mark(prevention_id)}")
    if order_id is not None:
        wanted = question.mark(order_id)
        conditions.append(f"(maker_order = {wanted} OR taker_order = {wanted})")
    if from_prevention_id is not None:
        conditions.append(f"prevention_id >= {question.mark(from_prevention_id)}")
    chosen = " AND ".join(conditions)
    statement = f"SELECT {PREVENTED_COLUMNS} FROM prevented_matches WHERE {chosen} {question.tail('prevention_id')}"
    return [Prevention(row[0], MatchPrevented(*row[1:])) for row in await question.ask(database, statement)]


class Amended(NamedTuple):
    """Command `number` made an order of `original` lots one of `quantity`."""

    number: int
    time_us: int
    original: int
    quantity: int


async def amendments(
    database: Database, account: int, order_id: int, *, from_number: int | None = None, limit: int
) -> list[Amended]:
    question = Question(oldest_first=True, limit=limit)
    conditions = [f"order_id = {question.mark(order_id)} AND account = {question.mark(account)}"]
    if from_number is not None:
        conditions.append(f"number >= {question.mark(from_number)}")
    columns, chosen = ", ".join(Amended._fields), " AND ".join(conditions)
    statement = f"SELECT {columns} FROM amendments WHERE {chosen} {question.tail('number')}"
    return [Amended(*row) for row in await question.ask(database, statement)]


async def order_list(database: Database, account: int, list_id: int | None, client_id: str = "") -> OrderList | None:
    """By its number, or without one the newest list of that client id."""
    named = "client_id = $2" if list_id is None else "list_id = $2"
    row = await database.fetchrow(
        f"SELECT {LIST_COLUMNS} FROM order_lists WHERE account = $1 AND {named} ORDER BY list_id DESC LIMIT 1",
        account,
        client_id if list_id is None else list_id,
    )
    return OrderList(*row) if row else None


async def lists_of_account(
    database: Database,
    account: int,
    *,
    from_list_id: int | None = None,
    start_us: int | None = None,
    end_us: int | None = None,
    limit: int,
) -> list[OrderList]:
    question = Question(oldest_first=from_list_id is not None or start_us is not None, limit=limit)
    conditions = [f"account = {question.mark(account)}"]
    if from_list_id is not None:
        conditions.append(f"list_id >= {question.mark(from_list_id)}")
    if start_us is not None:
        conditions.append(f"accepted_us >= {question.mark(start_us)}")
    if end_us is not None:
        conditions.append(f"accepted_us <= {question.mark(end_us)}")
    chosen = " AND ".join(conditions)
    statement = f"SELECT {LIST_COLUMNS} FROM order_lists WHERE {chosen} {question.tail('list_id')}"
    return [OrderList(*row) for row in await question.ask(database, statement)]


async def orders_of_list(database: Database, account: int, list_id: int) -> list[Order]:
    rows = await database.fetch(
        f"SELECT {ORDER_COLUMNS} FROM orders WHERE list_id = $1 AND account = $2 ORDER BY order_id", list_id, account
    )
    return [Order(*row) for row in rows]


async def lists_of_orders(database: Database, order_ids: list[int]) -> dict[int, int]:
    """The lists that these orders belong to; an order on its own has none."""
    rows = await database.fetch(
        "SELECT order_id, list_id FROM orders WHERE order_id = ANY($1::bigint[]) AND list_id <> 0", order_ids
    )
    return {order_id: list_id for order_id, list_id in rows}


async def candles_of_market(
    database: Database,
    market: int,
    interval: str,
    *,
    start_us: int | None = None,
    end_us: int | None = None,
    limit: int,
) -> list[Candle]:
    """Candles that open within the span, both ends included. Where nothing traded there is none."""
    question = Question(oldest_first=start_us is not None, limit=limit)
    conditions = [f"market = {question.mark(market)} AND interval = {question.mark(interval)}"]
    if start_us is not None:
        conditions.append(f"open_us >= {question.mark(start_us)}")
    if end_us is not None:
        conditions.append(f"open_us <= {question.mark(end_us)}")
    chosen = " AND ".join(conditions)
    statement = f"SELECT {CANDLE_COLUMNS} FROM candles WHERE {chosen} {question.tail('open_us')}"
    return [Candle(*map(int, row)) for row in await question.ask(database, statement)]


class Question:
    """The values that a statement's marks stand for, and which end of the rows it wants."""

    def __init__(self, *, oldest_first: bool, limit: int) -> None:
        assert 1 <= limit <= ROWS_MAX, f"a question asks for 1 to {ROWS_MAX} rows"
        self.values: list[int | str] = [limit]
        self.oldest_first = oldest_first

    def mark(self, value: int | str) -> str:
        self.values.append(value)
        return f"${len(self.values)}"

    def tail(self, *columns: str) -> str:
        direction = "ASC" if self.oldest_first else "DESC"
        return f"ORDER BY {', '.join(f'{column} {direction}' for column in columns)} LIMIT $1"

    async def ask(self, database: Database, statement: str) -> list[Any]:
        rows = await database.fetch(statement, *self.values)
        return rows if self.oldest_first else rows[::-1]


def _trade_span(
    question: Question, market: int, from_trade_id: int | None, start_us: int | None, end_us: int | None
) -> str:
    """Times become trade ids: of the first trade at or after the start, of the last at or before the end."""
    own = question.mark(market)
    conditions = [f"market = {own}"]
    if from_trade_id is not None:
        conditions.append(f"trade_id >= {question.mark(from_trade_id)}")
    if start_us is not None:
        at = f"market = {own} AND time_us >= {question.mark(start_us)} ORDER BY time_us, trade_id LIMIT 1"
        conditions.append(f"trade_id >= (SELECT trade_id FROM trades WHERE {at})")
    if end_us is not None:
        at = f"market = {own} AND time_us <= {question.mark(end_us)} ORDER BY time_us DESC, trade_id DESC LIMIT 1"
        conditions.append(f"trade_id <= (SELECT trade_id FROM trades WHERE {at})")
    return " AND ".join(conditions)


def _trade(row: Any) -> Trade:
    return Trade(row[0], Traded(*row[1:]))
