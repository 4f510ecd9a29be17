"""What follows from events, from assets to candles; and the roles of the services."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLES = ("trueman_updater", "trueman_api", "trueman_engine", "trueman_reader")
HISTORY = "assets, markets, orders, trades, ledger_entries, balances, candles, stream_offset"

CREATE_ROLE = """
DO $$ BEGIN
    CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- another database of this server has it
END $$
"""
JOIN_ROLE = """
DO $$ BEGIN
    IF NOT pg_has_role(current_user, '{role}', CASE WHEN current_setting('server_version_num')::int >= 160000
                                                    THEN 'SET' ELSE 'MEMBER' END) THEN
        EXECUTE format('GRANT {role} TO %I', current_user);
    END IF;
END $$
"""
GRANTS = (
    f"GRANT SELECT ON {HISTORY} TO trueman_updater, trueman_api, trueman_reader",
    "GRANT INSERT ON assets, trades, ledger_entries TO trueman_updater",
    "GRANT INSERT, UPDATE ON markets, orders, balances, candles TO trueman_updater",
    "GRANT UPDATE ON stream_offset TO trueman_updater",
    "GRANT SELECT ON stream_offset TO trueman_engine",
    "GRANT SELECT, UPDATE ON engine_epoch TO trueman_engine",
)
ROOM_FOR_UPDATES = (
    "ALTER TABLE balances SET (fillfactor = 50)",
    "ALTER TABLE candles SET (fillfactor = 70)",
    "ALTER TABLE orders SET (fillfactor = 80)",
)


def upgrade() -> None:
    create_definitions()
    create_orders()
    create_trades()
    create_ledger()
    create_candles()
    create_offsets()
    for role in ROLES:
        op.execute(CREATE_ROLE.format(role=role))
        op.execute(JOIN_ROLE.format(role=role))
    for statement in (*GRANTS, *ROOM_FOR_UPDATES):
        op.execute(statement)


def big(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def number(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def small(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.SmallInteger, nullable=False) for name in names]


def text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def create_definitions() -> None:
    op.create_table(
        "assets",
        *number("asset"),
        *text("code"),
        *small("decimals"),
        sa.PrimaryKeyConstraint("asset", name="assets_pkey"),
        sa.UniqueConstraint("code", name="assets_code_key"),
    )
    op.create_table(
        "markets",
        *number("market", "base", "quote"),
        *big("tick_size_atoms", "lot_atoms", "tick_atoms", "price_ticks_min", "price_ticks_max"),
        *big("quantity_lots_min", "quantity_lots_max", "notional_atoms_min"),
        *number("maker_ppm", "taker_ppm"),
        *small("status"),
        *text("symbol"),
        *big("last_update_id", "last_trade_id"),
        sa.PrimaryKeyConstraint("market", name="markets_pkey"),
        sa.UniqueConstraint("symbol", name="markets_symbol_key"),
    )


def create_orders() -> None:
    op.create_table(
        "orders",
        *big("order_id", "number", "account"),
        *number("market"),
        *small("side", "type", "time_in_force", "stp"),
        *big("price", "quantity", "quote_quantity"),
        *text("client_id"),
        *big("executed", "executed_quote"),
        *small("status"),
        *big("accepted_us", "updated_us"),
        sa.PrimaryKeyConstraint("order_id", name="orders_pkey"),
        sa.CheckConstraint("executed >= 0 AND (quantity = 0 OR executed <= quantity)", name="executed_within_quantity"),
        sa.CheckConstraint("executed_quote >= 0", name="executed_quote_positive"),
        sa.CheckConstraint("status BETWEEN 0 AND 5", name="status_known"),
    )
    for columns in (["account", "market", "accepted_us", "order_id"], ["account", "client_id", "order_id"]):
        op.create_index("_".join(["orders", *columns]), "orders", columns)
    op.create_index("orders_open", "orders", ["order_id"], postgresql_where=sa.text("status = 0 OR status = 5"))


def create_trades() -> None:
    op.create_table(
        "trades",
        *number("market"),
        *big("trade_id", "number", "time_us", "price", "quantity", "quote_amount"),
        *small("taker_side"),
        *big("maker_order", "taker_order", "maker_account", "taker_account", "maker_fee", "taker_fee"),
        sa.PrimaryKeyConstraint("market", "trade_id", name="trades_pkey"),
        sa.CheckConstraint("price > 0 AND quantity > 0 AND quote_amount > 0", name="amounts_positive"),
    )
    for columns in (
        ["market", "time_us", "trade_id"],
        ["maker_account", "market", "trade_id"],
        ["taker_account", "market", "trade_id"],
        ["maker_order"],
        ["taker_order"],
    ):
        op.create_index("_".join(["trades", *columns]), "trades", columns)


def create_ledger() -> None:
    op.create_table(
        "ledger_entries",
        *big("number"),
        *number("position"),
        *big("time_us"),
        *number("asset"),
        *big("source"),
        *small("source_pot"),
        *big("target"),
        *small("target_pot"),
        *big("amount"),
        *small("cause"),
        sa.PrimaryKeyConstraint("number", "position", name="ledger_entries_pkey"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
    )
    op.create_table(
        "balances",
        *big("account"),
        *number("asset"),
        *big("available", "held", "number"),
        sa.PrimaryKeyConstraint("account", "asset", name="balances_pkey"),
        sa.CheckConstraint("account = 0 OR available >= 0", name="available_not_negative"),
        sa.CheckConstraint("held >= 0", name="held_not_negative"),
    )


def create_candles() -> None:
    total = sa.Numeric(38, 0)
    op.create_table(
        "candles",
        *number("market"),
        *text("interval"),
        *big("open_us", "close_us", "open", "high", "low", "close"),
        sa.Column("volume", total, nullable=False),
        sa.Column("quote_volume", total, nullable=False),
        *big("trades"),
        sa.Column("taker_buy_volume", total, nullable=False),
        sa.Column("taker_buy_quote_volume", total, nullable=False),
        *big("first_trade_id", "last_trade_id"),
        sa.PrimaryKeyConstraint("market", "interval", "open_us", name="candles_pkey"),
        sa.CheckConstraint("low > 0 AND low <= high", name="prices_ordered"),
    )


def create_offsets() -> None:
    op.create_table(
        "stream_offset",
        *text("name"),
        *big("number", "time_us"),
        sa.Column("chain", sa.LargeBinary, nullable=False),
        *text("owner"),
        sa.PrimaryKeyConstraint("name", name="stream_offset_pkey"),
        sa.CheckConstraint("number >= 0", name="number_not_negative"),
    )
    op.execute("INSERT INTO stream_offset VALUES ('updater', 0, 0, decode(repeat('00', 16), 'hex'), '')")
    op.create_table(
        "engine_epoch",
        sa.Column("only_row", sa.Boolean, nullable=False),
        *big("epoch"),
        sa.PrimaryKeyConstraint("only_row", name="engine_epoch_pkey"),
        sa.CheckConstraint("only_row", name="one_row"),
    )
    op.execute("INSERT INTO engine_epoch VALUES (true, 0)")
