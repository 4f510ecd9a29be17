"""Who ever made whom an administrator, in a table that only grows.

The role of a user can be given and taken. `users` says who gave it last, so whoever took it from his own creature and
had another give it again would have two signatures. Two of whom one has ever made the other count as one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    INSERT INTO administrators_made (account, made_by_account, made_by, made_us)
    SELECT account, made_by_account, made_by, admin_since_us FROM users WHERE role = 'admin' ORDER BY admin_since_us""",
    """
    CREATE TRIGGER administrators_made_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON administrators_made
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    "GRANT SELECT ON administrators_made TO trueman_api, trueman_reader",
    # With its owner's rights: nobody else may write there, so nobody can make an administrator and not be written down.
    """
    CREATE FUNCTION note_administrator() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public AS $$
    BEGIN
        IF NEW.role = 'admin' AND (TG_OP = 'INSERT' OR OLD.role <> 'admin') THEN
            INSERT INTO administrators_made (account, made_by_account, made_by, made_us)
            VALUES (NEW.account, NEW.made_by_account, NEW.made_by, NEW.admin_since_us);
        END IF;
        RETURN NULL;
    END $$""",
    """
    CREATE TRIGGER users_administrators_noted AFTER INSERT OR UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION note_administrator()""",
    """
    CREATE OR REPLACE FUNCTION require_independent_signer() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        since bigint;
        other bigint;
    BEGIN
        PERFORM pg_advisory_xact_lock(7283462);  -- two who sign at once see each other
        SELECT admin_since_us INTO since FROM users WHERE account = NEW.account;
        IF coalesce(since, NEW.command_us) >= NEW.command_us THEN
            RAISE EXCEPTION 'account % became an administrator after the command: its signature does not count',
                NEW.account USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT signed.account INTO other FROM skip_list AS signed JOIN administrators_made AS made
            ON (made.account, made.made_by_account) IN ((NEW.account, signed.account), (signed.account, NEW.account))
        WHERE signed.number = NEW.number AND signed.hash = NEW.hash;
        IF other IS NOT NULL THEN
            RAISE EXCEPTION 'accounts % and % were made one by the other: they count as one person',
                NEW.account, other USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$""",
)


def upgrade() -> None:
    op.create_table(
        "administrators_made",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("account", sa.BigInteger, nullable=False),
        sa.Column("made_by_account", sa.BigInteger, nullable=True),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="administrators_made_pkey"),
        sa.ForeignKeyConstraint(["account"], ["users.account"], name="administrators_made_account_fkey"),
    )
    for statement in STATEMENTS:
        op.execute(statement)
