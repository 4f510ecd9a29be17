"""Reading what was told: views that have reached the log's end, and history that has caught up with the views.

The newest trades stand in the tape, the older ones in PostgreSQL, whose updater runs a little behind. Trade ids are
dense, so the two are joined by comparing numbers: nothing is missing and nothing comes twice.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from trueman.api.state import ApiState
from trueman.errors import DatabaseUnavailable, LogUnavailable
from trueman.infra.database import history
from trueman.views.tape import TRADES_MAX, Trade

FRESH_SECONDS_MAX: Final = 2.0
HISTORY_SECONDS_MAX: Final = 3.0
HISTORY_POLL_SECONDS: Final = (0.005, 0.01, 0.02, 0.05)

FetchTrades = Callable[[], Awaitable[list[Trade]]]


async def fresh(state: ApiState) -> None:
    """Wait until the views hold everything that was durable when this was called."""
    await _soon(state.live.caught_up())


async def decided(state: ApiState) -> int:
    """Wait until the views hold the decision on every command that was durable when this was called.

    Before an order is said not to exist: its command may wait in the log for an engine that is late. Return the log's
    time at that moment: what was not there by then and has an earlier deadline will never be.
    """
    moment = await state.log.pass_time()
    await _soon(state.live.reached(moment.last_command))
    return moment.time_us


async def _soon(views: Awaitable[None]) -> None:
    try:
        async with asyncio.timeout(FRESH_SECONDS_MAX):
            await views
    except TimeoutError as late:
        raise LogUnavailable("the engine is late") from late


async def history_reached(state: ApiState, number: int) -> None:
    """Wait until PostgreSQL holds result `number`."""
    polls = iter(HISTORY_POLL_SECONDS)
    try:
        async with asyncio.timeout(HISTORY_SECONDS_MAX):
            while (await history.offset(state.database)).number < number:  # noqa: ASYNC110 - another process moves it
                await asyncio.sleep(next(polls, HISTORY_POLL_SECONDS[-1]))
    except TimeoutError as late:
        raise DatabaseUnavailable("the updater is late") from late


async def own_history(state: ApiState, account: int) -> None:
    """Wait until PostgreSQL holds everything that was ever told to the account.

    What touched the account before the views began is not known here, but PostgreSQL had it then: a PostgreSQL that was
    restored to an earlier moment since has to come by that place again.
    """
    await fresh(state)
    await history_reached(state, state.live.portfolio.touched.get(account, state.live.began_at))


async def trades_from(state: ApiState, market: int, first_id: int, limit: int) -> list[Trade]:
    """Trades from `first_id` on, oldest first."""
    tape = state.live.tapes[market].recent(TRADES_MAX)
    newer = [trade for trade in tape if trade.traded.trade_id >= first_id]
    if not tape or tape[0].traded.trade_id <= max(first_id, 1):
        return newer[:limit]

    async def older() -> list[Trade]:
        return await history.trades_of_market(state.database, market, from_trade_id=first_id, limit=limit)

    return (await _joined(state, older, newer, first_id, limit))[:limit]


async def trades_since(state: ApiState, market: int, start_us: int, end_us: int | None, limit: int) -> list[Trade]:
    """The oldest trades of a span, both ends included, oldest first."""
    tape = state.live.tapes[market].recent(TRADES_MAX)
    newer = [trade for trade in tape if start_us <= trade.time_us and (end_us is None or trade.time_us <= end_us)]
    if not tape or tape[0].traded.trade_id == 1 or tape[0].time_us < start_us:
        return newer[:limit]

    async def older() -> list[Trade]:
        return await history.trades_of_market(state.database, market, start_us=start_us, end_us=end_us, limit=limit)

    return (await _joined(state, older, newer, 1, limit))[:limit]


async def trades_until(state: ApiState, market: int, end_us: int | None, limit: int) -> list[Trade]:
    """The newest trades up to a moment, oldest first."""
    tape = state.live.tapes[market].recent(TRADES_MAX)
    newer = [trade for trade in tape if end_us is None or trade.time_us <= end_us]
    if not tape or tape[0].traded.trade_id == 1 or len(newer) >= limit:
        return newer[-limit:]

    async def older() -> list[Trade]:
        return await history.trades_of_market(state.database, market, end_us=end_us, limit=limit)

    return (await _joined(state, older, newer, 1, limit + len(newer)))[-limit:]


async def _joined(state: ApiState, older: FetchTrades, newer: list[Trade], first_id: int, enough: int) -> list[Trade]:
    """Older trades of PostgreSQL, then those of the tape that follow them."""
    rows = await older()
    if newer and len(rows) < enough and newer[0].traded.trade_id > _last_id(rows, first_id) + 1:
        await history_reached(state, state.live.offset)
        rows = await older()
    if len(rows) >= enough:
        return rows
    last_id = _last_id(rows, first_id)
    return rows + [trade for trade in newer if trade.traded.trade_id > last_id]


def _last_id(rows: list[Trade], first_id: int) -> int:
    return rows[-1].traded.trade_id if rows else first_id - 1
