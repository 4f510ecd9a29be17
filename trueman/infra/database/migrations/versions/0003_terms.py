"""Terms of orders, lists of orders, prevented matches, guards of markets, terms of accounts, and the levels of books.

What stood in the tables before had none of them. Levels are no longer the sum of the open orders, for an iceberg
shows a part of itself.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEW_TABLES = "market_guards, fee_tiers, account_terms, order_lists, prevented_matches, levels"
STATEMENTS = (
    f"GRANT SELECT ON {NEW_TABLES} TO trueman_updater, trueman_api, trueman_reader",
    "GRANT INSERT ON prevented_matches TO trueman_updater",
    "GRANT INSERT, UPDATE ON market_guards, fee_tiers, account_terms, order_lists, levels TO trueman_updater",
    "GRANT DELETE ON levels TO trueman_updater",
    "ALTER TABLE levels SET (fillfactor = 50)",
    "UPDATE orders SET working_us = accepted_us",
    "INSERT INTO levels SELECT market, side, price, sum(quantity - executed) FROM orders"
    " WHERE status = 0 OR status = 5 GROUP BY market, side, price",
)


def upgrade() -> None:
    create_tables()
    widen_tables()
    for statement in STATEMENTS:
        op.execute(statement)


def columns(kind: type[sa.types.TypeEngine[int]], *names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def create_tables() -> None:
    create_terms()
    op.create_table(
        "order_lists",
        *columns(sa.BigInteger, "list_id", "number", "account"),
        *columns(sa.Integer, "market"),
        *columns(sa.SmallInteger, "type"),
        sa.Column("client_id", sa.Text, nullable=False),
        *columns(sa.BigInteger, "accepted_us", "closed_us"),
        sa.PrimaryKeyConstraint("list_id", name="order_lists_pkey"),
    )
    op.create_index("order_lists_account_list_id", "order_lists", ["account", "list_id"])
    op.create_index("order_lists_open", "order_lists", ["list_id"], postgresql_where=sa.text("closed_us = 0"))
    op.create_table(
        "prevented_matches",
        *columns(sa.Integer, "market"),
        *columns(sa.BigInteger, "prevention_id", "number", "time_us"),
        *columns(sa.SmallInteger, "stp"),
        *columns(sa.BigInteger, "price", "maker_order", "taker_order", "maker_account", "taker_account"),
        *columns(sa.BigInteger, "maker_quantity", "taker_quantity"),
        sa.PrimaryKeyConstraint("market", "prevention_id", name="prevented_matches_pkey"),
    )
    op.create_index("prevented_matches_maker_order", "prevented_matches", ["maker_order"])
    op.create_index("prevented_matches_taker_order", "prevented_matches", ["taker_order"])
    op.create_table(
        "levels",
        *columns(sa.Integer, "market"),
        *columns(sa.SmallInteger, "side"),
        *columns(sa.BigInteger, "price", "quantity"),
        sa.PrimaryKeyConstraint("market", "side", "price", name="levels_pkey"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
    )


def create_terms() -> None:
    op.create_table(
        "market_guards",
        *columns(sa.Integer, "market"),
        *columns(sa.BigInteger, "market_lots_min", "market_lots_max", "notional_atoms_max"),
        *columns(sa.BigInteger, "bid_down_ppm", "bid_up_ppm", "ask_down_ppm", "ask_up_ppm"),
        *columns(sa.Integer, "orders_max", "algo_orders_max"),
        *columns(sa.BigInteger, "iceberg_orders_max"),
        *columns(sa.Integer, "iceberg_parts_max"),
        *columns(sa.BigInteger, "position_lots_max", "reference_price"),
        *columns(sa.Integer, "band_ppm"),
        *columns(sa.BigInteger, "auction_us"),
        sa.PrimaryKeyConstraint("market", name="market_guards_pkey"),
    )
    op.create_table(
        "fee_tiers",
        *columns(sa.SmallInteger, "tier"),
        *columns(sa.Integer, "maker_share_ppm", "taker_share_ppm"),
        sa.PrimaryKeyConstraint("tier", name="fee_tiers_pkey"),
    )
    op.create_table(
        "account_terms",
        *columns(sa.BigInteger, "account"),
        *columns(sa.SmallInteger, "tier", "permissions", "in_quote"),
        *columns(sa.BigInteger, "trade_group"),
        sa.PrimaryKeyConstraint("account", name="account_terms_pkey"),
    )


def widen_tables() -> None:
    add("orders", sa.BigInteger, "working_us", "prevented", "prevention_id")
    add("orders", sa.Integer, "refusal")
    add("orders", sa.BigInteger, "stop_price")
    add("orders", sa.Integer, "trailing_bips")
    add("orders", sa.BigInteger, "display_quantity", "expire_us", "list_id")
    op.drop_constraint("orders_status_known", "orders")
    op.create_check_constraint("status_known", "orders", "status BETWEEN 0 AND 6")
    op.drop_index("orders_open", "orders")
    is_open = sa.text("status = 0 OR status = 5 OR status = 6")
    op.create_index("orders_open", "orders", ["order_id"], postgresql_where=is_open)
    op.create_index("orders_listed", "orders", ["list_id"], postgresql_where=sa.text("list_id <> 0"))
    add("trades", sa.SmallInteger, "maker_fee_in_quote", "taker_fee_in_quote")
    add("balances", sa.BigInteger, "reserved")
    op.create_check_constraint("reserved_not_negative", "balances", "reserved >= 0")
    op.drop_constraint("wallet_operations_account_fkey", "wallet_operations")
    op.drop_constraint("wallet_operations_kind_known", "wallet_operations")
    op.create_check_constraint("kind_known", "wallet_operations", "kind IN ('deposit', 'withdrawal', 'credit')")
    for name in ("last_update_id", "last_trade_id"):
        op.alter_column("markets", name, server_default="0")


def add(table: str, kind: type[sa.types.TypeEngine[int]], *names: str) -> None:
    """Columns that are 0 in every row there is; new rows have to say what they are."""
    for name in names:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default="0"))
        op.alter_column(table, name, server_default=None)
