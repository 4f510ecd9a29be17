"""What must be so among the tables themselves; each audit is a query whose rows are the differences, in words.

They are written from the meaning of the tables and share nothing with the code that fills them.
"""

from collections.abc import Collection
from typing import Final

from trueman.db_updater.report import DIFFERENCES_SHOWN_MAX, Check
from trueman.infra.database.connection import Connection

LEDGER_SUMS: Final = """
WITH pots AS (
    SELECT target AS account, asset, target_pot AS pot, amount, number FROM ledger_entries
    UNION ALL
    SELECT source, asset, source_pot, -amount, number FROM ledger_entries
), moved AS (
    SELECT account, asset, coalesce(sum(amount) FILTER (WHERE pot = 0), 0) AS available,
           coalesce(sum(amount) FILTER (WHERE pot = 1), 0) AS held,
           coalesce(sum(amount) FILTER (WHERE pot = 2), 0) AS reserved, max(number) AS number
    FROM pots GROUP BY account, asset
)
SELECT format('account %s, asset %s: the ledger comes to %s available, %s held and %s reserved at command %s, '
              'the balance is %s, %s and %s at %s', account, asset, moved.available, moved.held, moved.reserved,
              moved.number, balances.available, balances.held, balances.reserved, balances.number) AS difference
FROM moved FULL JOIN balances USING (account, asset)
WHERE (moved.available, moved.held, moved.reserved, moved.number)
    IS DISTINCT FROM (balances.available, balances.held, balances.reserved, balances.number)"""

ORDER_FILLS: Final = """
WITH fills AS (
    SELECT maker_order AS order_id, maker_account AS account, market, quantity, quote_amount FROM trades
    UNION ALL
    SELECT taker_order, taker_account, market, quantity, quote_amount FROM trades
), filled AS (
    SELECT order_id, account, market, sum(quantity) AS executed, sum(quote_amount) AS executed_quote
    FROM fills GROUP BY order_id, account, market
)
SELECT format('order %s of account %s in market %s: its trades come to %s lots for %s, the order says %s for %s',
              order_id, account, market, filled.executed, filled.executed_quote,
              orders.executed, orders.executed_quote) AS difference
FROM filled FULL JOIN orders USING (order_id, account, market)
WHERE (coalesce(filled.executed, 0), coalesce(filled.executed_quote, 0))
    IS DISTINCT FROM (orders.executed::numeric, orders.executed_quote::numeric)"""

ORDER_STATES: Final = """
SELECT format('order %s has status %s, %s of %s lots executed and %s prevented', order_id, status, executed, quantity,
              prevented) AS difference
FROM orders
WHERE CASE status WHEN 0 THEN executed <> 0
                  WHEN 1 THEN executed = 0 OR (quantity > 0 AND executed + prevented <> quantity)
                  WHEN 5 THEN executed = 0 OR executed + prevented >= quantity
                  WHEN 6 THEN executed <> 0 OR working_us <> 0 OR list_id = 0
                  ELSE quantity > 0 AND executed >= quantity END
   OR updated_us < accepted_us OR (executed > 0 AND working_us = 0)"""

ORDER_PREVENTIONS: Final = """
WITH lost AS (
    SELECT maker_order AS order_id, maker_account AS account, market, maker_quantity AS lots FROM prevented_matches
    UNION ALL
    SELECT taker_order, taker_account, market, taker_quantity FROM prevented_matches
), summed AS (
    SELECT order_id, account, market, sum(lots) AS prevented FROM lost GROUP BY order_id, account, market
)
SELECT format('order %s of account %s in market %s: it lost %s lots to its own account, the order says %s',
              order_id, account, market, summed.prevented, orders.prevented) AS difference
FROM summed FULL JOIN orders USING (order_id, account, market)
WHERE coalesce(summed.prevented, 0) IS DISTINCT FROM orders.prevented::numeric"""

AMENDMENTS: Final = """
WITH steps AS (
    SELECT amendments.*, row_number() OVER later AS back, lead(amendments.quantity) OVER later AS before
    FROM amendments WINDOW later AS (PARTITION BY order_id ORDER BY number DESC)
)
SELECT format('order %s was amended by command %s from %s to %s lots; it was of %s lots then and is of %s lots now',
              steps.order_id, steps.number, original, steps.quantity, before, orders.quantity) AS difference
FROM steps LEFT JOIN orders ON (orders.order_id, orders.account, orders.market)
    = (steps.order_id, steps.account, steps.market)
WHERE original <> coalesce(before, original) OR (back = 1 AND steps.quantity <> orders.quantity)
   OR (steps.number > orders.number AND time_us BETWEEN orders.accepted_us AND orders.updated_us) IS NOT true"""

LISTS: Final = """
WITH members AS (
    SELECT list_id, account, market, count(*) AS orders,
           bool_or(status = 0 OR status = 5 OR status = 6) AS is_open FROM orders WHERE list_id <> 0
    GROUP BY list_id, account, market
)
SELECT format('order list %s of account %s: %s orders, open: %s, the list says type %s, closed at %s',
              list_id, account, orders, is_open, type, closed_us) AS difference
FROM members FULL JOIN order_lists USING (list_id, account, market)
WHERE (orders, is_open) IS DISTINCT FROM (CASE type WHEN 3 THEN 3 ELSE 2 END, closed_us = 0)"""

LEVELS: Final = """
WITH resting AS (
    SELECT market, side, price, sum(quantity - executed - prevented) AS lots,
           sum(CASE WHEN display_quantity > 0 THEN 1 ELSE quantity - executed - prevented END) AS least
    FROM orders
    WHERE (status = 0 OR status = 5) AND working_us > 0 GROUP BY market, side, price
)
SELECT format('market %s, side %s, price %s: orders of %s lots rest there and show at least %s, the level shows %s',
              market, side, price, lots, least, quantity) AS difference
FROM resting FULL JOIN levels USING (market, side, price)
WHERE (quantity BETWEEN least AND lots) IS NOT true"""

TRADE_NUMBERS: Final = """
WITH counted AS (
    SELECT market, count(*) AS trades, min(trade_id) AS first, max(trade_id) AS last FROM trades GROUP BY market
)
SELECT format('market %s has %s trades with ids from %s to %s, and counted %s',
              market, trades, first, last, last_trade_id) AS difference
FROM counted FULL JOIN markets USING (market)
WHERE (coalesce(trades, 0), coalesce(last, 0), coalesce(first, 1))
    IS DISTINCT FROM (last_trade_id, last_trade_id, 1::bigint)"""

TRADES_IN_LEDGER: Final = """
WITH fees AS (
    SELECT trades.*, base, quote, lot_atoms, tick_atoms,
           CASE WHEN taker_fee_in_quote = 1 OR taker_side = 1 THEN quote ELSE base END AS taker_fee_asset,
           CASE WHEN maker_fee_in_quote = 1 OR taker_side = 0 THEN quote ELSE base END AS maker_fee_asset
    FROM trades JOIN markets USING (market)
), parts AS (
    SELECT number, base AS asset, 5 AS cause, quantity::numeric * lot_atoms AS amount FROM fees
    UNION ALL
    SELECT number, quote, 5, price::numeric * quantity * tick_atoms FROM fees
    UNION ALL
    SELECT number, maker_fee_asset, 6, greatest(maker_fee, 0) FROM fees
    UNION ALL
    SELECT number, taker_fee_asset, 7, greatest(-maker_fee, 0) FROM fees
    UNION ALL
    SELECT number, taker_fee_asset, 6, taker_fee FROM fees
), traded AS (
    SELECT number, asset, cause, sum(amount) AS amount FROM parts WHERE amount <> 0 GROUP BY number, asset, cause
), moved AS (
    SELECT number, asset, cause, sum(amount) AS amount FROM ledger_entries WHERE cause IN (5, 6, 7)
    GROUP BY number, asset, cause
)
SELECT format('command %s: its trades and the ledger differ in asset %s, cause %s: %s and %s',
              number, asset, cause, traded.amount, moved.amount) AS difference
FROM traded FULL JOIN moved USING (number, asset, cause)
WHERE traded.amount IS DISTINCT FROM moved.amount"""

TRADE_AMOUNTS: Final = """
SELECT format('trade %s of market %s: %s lots at %s are not %s of quote',
              trade_id, market, quantity, price, quote_amount) AS difference
FROM trades JOIN markets USING (market) WHERE price::numeric * quantity * tick_atoms <> quote_amount"""

TRADE_ORDERS: Final = """
SELECT format('trade %s of market %s: its orders were placed after it, by others, or on other sides',
              trade_id, trades.market) AS difference
FROM trades
LEFT JOIN orders AS taker ON taker.order_id = taker_order
LEFT JOIN orders AS maker ON maker.order_id = maker_order
WHERE (taker.side, maker.side) IS DISTINCT FROM (taker_side, 1::smallint - taker_side)
   OR greatest(taker.number, maker.number) > trades.number OR maker_order = taker_order
   OR (time_us BETWEEN greatest(taker.working_us, maker.working_us, 1) AND
       least(taker.updated_us, maker.updated_us)) IS NOT true"""

MINUTE, HOUR, DAY = 60, 3_600, 86_400
FIXED_SECONDS: Final = {
    "1s": 1,
    "1m": MINUTE,
    "3m": 3 * MINUTE,
    "5m": 5 * MINUTE,
    "15m": 15 * MINUTE,
    "30m": 30 * MINUTE,
    "1h": HOUR,
    "2h": 2 * HOUR,
    "4h": 4 * HOUR,
    "6h": 6 * HOUR,
    "8h": 8 * HOUR,
    "12h": 12 * HOUR,
    "1d": DAY,
    "3d": 3 * DAY,
    "1w": 7 * DAY,
}
MONDAY_SECONDS: Final = 4 * DAY
CANDLE_NUMBERS: Final = (
    *("open", "high", "low", "close", "volume", "quote_volume", "trades", "taker_buy_volume"),
    *("taker_buy_quote_volume", "first_trade_id", "last_trade_id", "close_us"),
)


def candle_audit(interval: str) -> str:
    """Candles of a second against the trades, longer ones against those of a second."""
    opens, closes = _bounds(interval)
    if interval == "1s":
        source = (
            "SELECT market, time_us AS at, price AS high, price AS low, quantity AS volume,"
            " quote_amount AS quote_volume, 1 AS trades,"
            " CASE taker_side WHEN 0 THEN quantity ELSE 0 END AS taker_buy_volume,"
            " CASE taker_side WHEN 0 THEN quote_amount ELSE 0 END AS taker_buy_quote_volume,"
            " trade_id AS first_trade_id, trade_id AS last_trade_id FROM trades"
        )
    else:
        source = "SELECT *, open_us AS at FROM candles WHERE interval = '1s'"
    return f"""
WITH sums AS (
    SELECT market, {opens} AS open_us, max(high) AS high, min(low) AS low, sum(volume) AS volume,
           sum(quote_volume) AS quote_volume, sum(trades) AS trades, sum(taker_buy_volume) AS taker_buy_volume,
           sum(taker_buy_quote_volume) AS taker_buy_quote_volume,
           min(first_trade_id) AS first_trade_id, max(last_trade_id) AS last_trade_id
    FROM ({source}) AS source GROUP BY 1, 2
), expected AS (
    SELECT sums.*, opening.price AS open, closing.price AS close, {closes} AS close_us FROM sums
    LEFT JOIN trades AS opening ON opening.market = sums.market AND opening.trade_id = first_trade_id
    LEFT JOIN trades AS closing ON closing.market = sums.market AND closing.trade_id = last_trade_id
), stored AS (
    SELECT * FROM candles WHERE interval = '{interval}'
)
SELECT format('candle {interval} of market %s from %s: its trades make %s, the row is %s',
              market, open_us, {_row("expected")}, {_row("stored")}) AS difference
FROM expected FULL JOIN stored USING (market, open_us)
WHERE {_row("expected")} IS DISTINCT FROM {_row("stored")}"""


def _bounds(interval: str) -> tuple[str, str]:
    """SQL for the opening of the interval around `at`, and for the end of the one that opens at `open_us`."""
    if interval == "1M":
        moment = "timestamp 'epoch' + {} * interval '1 microsecond'"
        opens = f"(extract(epoch FROM date_trunc('month', {moment.format('at')})) * 1000000)::bigint"
        closes = f"(extract(epoch FROM {moment.format('open_us')} + interval '1 month') * 1000000)::bigint - 1"
        return opens, closes
    length = FIXED_SECONDS[interval] * 1_000_000
    start = MONDAY_SECONDS * 1_000_000 if interval == "1w" else 0
    return f"at - (at - {start}) % {length}", f"open_us + {length - 1}"


def _row(side: str) -> str:
    return f"({', '.join(f'{side}.{name}::numeric' for name in CANDLE_NUMBERS)})"


AUDITS: Final = {
    "ledger entries sum to the balances": [LEDGER_SUMS],
    "orders have executed what their trades sum to": [ORDER_FILLS],
    "orders are in the state that their fills give": [ORDER_STATES],
    "orders have lost what was prevented": [ORDER_PREVENTIONS],
    "orders have the size that they were amended to": [AMENDMENTS],
    "order lists are open while one of their orders is": [LISTS],
    "levels show what rests at them": [LEVELS],
    "trades of a market are counted without a gap": [TRADE_NUMBERS],
    "trades cost price times quantity": [TRADE_AMOUNTS],
    "trades belong to orders of both sides that worked at the time": [TRADE_ORDERS],
    "trades and fees have moved in the ledger": [TRADES_IN_LEDGER],
    "candles sum up their trades": [candle_audit(interval) for interval in (*FIXED_SECONDS, "1M")],
}


async def run_audits(connection: Connection, names: Collection[str] = AUDITS.keys()) -> list[Check]:
    return [await _run(connection, name, queries) for name, queries in AUDITS.items() if name in names]


async def _run(connection: Connection, name: str, queries: list[str]) -> Check:
    total, words = 0, []
    for query in queries:
        limited = f"SELECT difference, count(*) OVER () AS total FROM ({query}) AS found LIMIT {DIFFERENCES_SHOWN_MAX}"
        rows = await connection.fetch(limited)
        total += rows[0]["total"] if rows else 0
        words += [row["difference"] for row in rows]
    return Check(name, total, words[:DIFFERENCES_SHOWN_MAX])
