"""What orders were before they were made smaller. Amendments of before this migration were not kept."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WORDS = ("order_id", "number", "time_us")
SIZES = ("account", "original", "quantity")


def upgrade() -> None:
    op.create_table(
        "amendments",
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in WORDS),
        sa.Column("market", sa.Integer, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in SIZES),
        sa.PrimaryKeyConstraint("order_id", "number", name="amendments_pkey"),
        sa.CheckConstraint("quantity > 0 AND quantity < original", name="order_smaller"),
    )
    op.execute("GRANT SELECT ON amendments TO trueman_updater, trueman_api, trueman_reader")
    op.execute("GRANT INSERT ON amendments TO trueman_updater")
