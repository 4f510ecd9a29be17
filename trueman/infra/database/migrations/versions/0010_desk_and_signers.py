"""The desk that pays withdrawals can be closed, and it is known since when and by whom somebody is an administrator.

Since when somebody may administer, the database itself writes down, by its own clock: a signature under a command that
is to be skipped counts only of those who were administrators before that command, and not of two of whom one has made
the other.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None

STATEMENTS = (
    "INSERT INTO payout_desk (only_row, is_open, why, changed_us, changed_by) VALUES (true, true, '', 0, '')",
    "GRANT SELECT, UPDATE ON payout_desk TO trueman_api",
    "UPDATE users SET admin_since_us = created_us WHERE role = 'admin'",
    """
    CREATE FUNCTION stamp_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.role <> 'admin' THEN
            NEW.admin_since_us := NULL;
        ELSIF TG_OP = 'INSERT' OR OLD.role <> 'admin' OR (OLD.disabled AND NOT NEW.disabled) THEN
            NEW.admin_since_us := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
        ELSE
            NEW.admin_since_us := OLD.admin_since_us;
        END IF;
        IF TG_OP = 'UPDATE' AND NEW.role = OLD.role THEN
            NEW.made_by := OLD.made_by;
            NEW.made_by_account := OLD.made_by_account;
        END IF;
        RETURN NEW;
    END $$""",
    """
    CREATE TRIGGER users_administrators_stamped BEFORE INSERT OR UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION stamp_administrator()""",
    """
    CREATE FUNCTION require_independent_signer() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        since bigint;
        maker bigint;
        other bigint;
    BEGIN
        PERFORM pg_advisory_xact_lock(7283462);  -- two who sign at once see each other
        SELECT admin_since_us, made_by_account INTO since, maker FROM users WHERE account = NEW.account;
        IF coalesce(since, NEW.command_us) >= NEW.command_us THEN
            RAISE EXCEPTION 'account % became an administrator after the command: its signature does not count',
                NEW.account USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT skip_list.account INTO other FROM skip_list JOIN users USING (account)
        WHERE number = NEW.number AND hash = NEW.hash AND skip_list.account <> NEW.account
          AND (users.made_by_account = NEW.account OR skip_list.account = maker);
        IF other IS NOT NULL THEN
            RAISE EXCEPTION 'accounts % and % were made one by the other: they count as one person',
                NEW.account, other USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$""",
    """
    CREATE TRIGGER skip_list_signed_by_independent_people BEFORE INSERT ON skip_list
    FOR EACH ROW EXECUTE FUNCTION require_independent_signer()""",
)


def upgrade() -> None:
    op.create_table(
        "payout_desk",
        sa.Column("only_row", sa.Boolean, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("changed_us", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("only_row", name="payout_desk_pkey"),
        sa.CheckConstraint("only_row", name="one_row"),
    )
    op.add_column("users", sa.Column("admin_since_us", sa.BigInteger, nullable=True))
    op.add_column("users", sa.Column("made_by", sa.Text, nullable=False, server_default=""))
    op.add_column("users", sa.Column("made_by_account", sa.BigInteger, nullable=True))
    op.add_column("skip_list", sa.Column("command_us", sa.BigInteger, nullable=False, server_default="0"))
    for statement in STATEMENTS:
        op.execute(statement)
