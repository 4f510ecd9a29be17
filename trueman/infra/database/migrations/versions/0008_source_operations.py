"""The operations that the exchange took, as the log has them, so that the wallet's own list can be mended after a loss.

What was decided before is taken from that list as it stands, for commands that the tables have already. A payment's
name has the moment of its decision in it from now on; of earlier ones it keeps the moment that it was made of.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = "CASE kind WHEN 'deposit' THEN 5 WHEN 'withdrawal' THEN 6 WHEN 'payout' THEN 14 WHEN 'settlement' THEN 15"
FILL = f"""
INSERT INTO source_operations
SELECT account, operation, number, created_us, {KINDS} WHEN 'return' THEN 16 ELSE 17 END, account, asset, amount,
       CASE kind WHEN 'credit' THEN address::bigint ELSE 0 END, reason, 0
FROM wallet_operations
WHERE number IS NOT NULL AND number <= (SELECT number FROM stream_offset WHERE name = 'updater')"""
BIG = ("source", "operation", "number", "time_us")


def upgrade() -> None:
    op.create_table(
        "source_operations",
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in BIG),
        sa.Column("kind", sa.SmallInteger, nullable=False),
        sa.Column("account", sa.BigInteger, nullable=False),
        sa.Column("asset", sa.Integer, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("amount", "target")),
        sa.Column("reason", sa.Integer, nullable=False),
        sa.Column("tag", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("source", "operation", name="source_operations_pkey"),
    )
    op.create_index("source_operations_number_key", "source_operations", ["number"], unique=True)
    op.execute("GRANT SELECT ON source_operations TO trueman_updater, trueman_api, trueman_reader")
    op.execute("GRANT INSERT ON source_operations TO trueman_updater")
    op.execute(FILL)
    table = "wallet_operations"
    for name in ("decided_us", "mark", "step_us"):
        op.add_column(table, sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))
    op.add_column(table, sa.Column("trouble", sa.Text, nullable=False, server_default=""))
    op.execute("UPDATE wallet_operations SET decided_us = created_us, step_us = created_us WHERE number IS NOT NULL")
    op.create_index("wallet_operations_nameless", table, ["account"], postgresql_where=sa.text("mark <> 0"))
    op.create_table(
        "wallet_mended",
        sa.Column("only_row", sa.Boolean, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("only_row", name="wallet_mended_pkey"),
        sa.CheckConstraint("only_row", name="one_row"),
    )
    op.execute("INSERT INTO wallet_mended SELECT true, number FROM stream_offset WHERE name = 'updater'")
    op.execute("GRANT SELECT, UPDATE ON wallet_mended TO trueman_api")
