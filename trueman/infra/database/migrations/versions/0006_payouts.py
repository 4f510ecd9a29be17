"""Withdrawals are paid in steps, each written down before it is done; a deposit is known by its place in a chain."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = "kind IN ('deposit', 'withdrawal', 'credit', 'payout', 'settlement', 'return')"
STEPS = "'reserved', 'broadcasting', 'paid', 'settled', 'failed', 'returned'"
UNFINISHED = sa.text("payout IN ('reserved', 'broadcasting', 'paid', 'failed')")


def upgrade() -> None:
    table = "wallet_operations"
    for name in ("payout", "txid"):
        op.add_column(table, sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.drop_constraint("wallet_operations_kind_known", table)
    op.create_check_constraint("kind_known", table, KINDS)
    op.create_check_constraint("payout_known", table, f"payout IN ('', {STEPS})")
    op.create_check_constraint("payout_of_a_payout", table, "(payout <> '') = (kind = 'payout' AND state = 'done')")
    op.create_index("wallet_operations_unfinished", table, ["created_us"], postgresql_where=UNFINISHED)
    op.create_index(
        "wallet_operations_credits", table, ["address", "operation"], postgresql_where=sa.text("kind = 'credit'")
    )
    op.create_table(
        "chain_deposits",
        sa.Column("chain", sa.Text, nullable=False),
        sa.Column("txid", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("account", sa.BigInteger, nullable=False),
        sa.Column("asset", sa.Integer, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("confirmations", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("seen_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("chain", "txid", "place", name="chain_deposits_pkey"),
        sa.CheckConstraint("state IN ('seen', 'final', 'reversed')", name="state_known"),
        sa.CheckConstraint("amount > 0 AND confirmations >= 0", name="amount_positive"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON chain_deposits TO trueman_api")
