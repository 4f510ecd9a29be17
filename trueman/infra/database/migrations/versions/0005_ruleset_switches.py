"""From which command on which ruleset decides, after the one that the log began with."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ruleset_switches",
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("ruleset", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("number", name="ruleset_switches_pkey"),
    )
    op.execute("GRANT SELECT ON ruleset_switches TO trueman_updater, trueman_api, trueman_reader")
    op.execute("GRANT INSERT ON ruleset_switches TO trueman_updater")
