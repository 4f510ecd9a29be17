"""Commands that two administrators have signed to be skipped, and where the grace after an unplanned start began.

A row is a signature. The database itself sees to it that an administrator signs, and that no row is ever changed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE FUNCTION require_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM users WHERE account = NEW.account AND role = 'admin' AND NOT disabled) THEN
            RAISE EXCEPTION 'account % is no administrator', NEW.account USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$""",
    """
    CREATE TRIGGER skip_list_signed_by_administrators BEFORE INSERT ON skip_list
    FOR EACH ROW EXECUTE FUNCTION require_administrator()""",
    """
    CREATE TRIGGER skip_list_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON skip_list
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    "GRANT SELECT, INSERT ON skip_list TO trueman_api",
    "GRANT SELECT ON skip_list TO trueman_engine, trueman_reader",
)


def upgrade() -> None:
    op.create_table(
        "skip_list",
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("account", sa.BigInteger, nullable=False),
        sa.Column("signed_us", sa.BigInteger, nullable=False),
        sa.Column("market", sa.Integer, nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", "hash", "account", name="skip_list_pkey"),
        sa.ForeignKeyConstraint(["account"], ["users.account"], name="skip_list_account_fkey"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("length(hash) = 32", name="hash_whole"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
    )
    for statement in STATEMENTS:
        op.execute(statement)
    op.add_column("engine_epoch", sa.Column("grace_after", sa.BigInteger, nullable=True))
