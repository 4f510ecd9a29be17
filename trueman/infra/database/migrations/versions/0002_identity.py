"""People, sessions, API keys, numbered deposits and withdrawals, the audit log and the simulator's switch."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$""",
    """
    CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)
GRANTS = (
    "GRANT SELECT, INSERT, UPDATE ON users TO trueman_api",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON sessions, refresh_tokens, api_keys, wallet_operations TO trueman_api",
    "GRANT SELECT, INSERT ON audit_log TO trueman_api",
    "GRANT SELECT, UPDATE ON simulator TO trueman_api",
    "GRANT SELECT ON audit_log TO trueman_reader",
)


def upgrade() -> None:
    create_users()
    create_sessions()
    create_api_keys()
    create_wallet_operations()
    create_audit_log()
    create_simulator()
    for statement in (*APPEND_ONLY, *GRANTS):
        op.execute(statement)


def text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def big(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=nullable) for name in names]


def create_users() -> None:
    op.create_table(
        "users",
        sa.Column("account", sa.BigInteger, sa.Identity(start=1_024), nullable=False),
        *text("email", "password_hash", "role"),
        *big("created_us"),
        sa.Column("disabled", sa.Boolean, nullable=False, server_default="false"),
        sa.PrimaryKeyConstraint("account", name="users_pkey"),
        sa.UniqueConstraint("email", name="users_email_key"),
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
        sa.CheckConstraint("role IN ('user', 'admin')", name="role_known"),
    )


def create_sessions() -> None:
    op.create_table(
        "sessions",
        *text("session"),
        *big("account", "created_us", "expires_us"),
        *big("revoked_us", nullable=True),
        sa.PrimaryKeyConstraint("session", name="sessions_pkey"),
        sa.ForeignKeyConstraint(["account"], ["users.account"], name="sessions_account_fkey"),
    )
    op.create_index("sessions_account", "sessions", ["account"])
    op.create_index("sessions_expires_us", "sessions", ["expires_us"])
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        *text("session"),
        *big("issued_us"),
        *big("used_us", nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="refresh_tokens_pkey"),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.session"], name="refresh_tokens_session_fkey", ondelete="CASCADE"
        ),
    )
    op.create_index("refresh_tokens_session", "refresh_tokens", ["session"])


def create_api_keys() -> None:
    op.create_table(
        "api_keys",
        *text("api_key"),
        *big("account"),
        *text("label"),
        sa.Column("secret_sealed", sa.LargeBinary, nullable=False),
        sa.Column("permissions", sa.ARRAY(sa.Text), nullable=False),
        *big("created_us"),
        *big("last_used_us", nullable=True),
        sa.PrimaryKeyConstraint("api_key", name="api_keys_pkey"),
        sa.ForeignKeyConstraint(["account"], ["users.account"], name="api_keys_account_fkey"),
        sa.CheckConstraint("permissions <@ ARRAY['read', 'trade', 'withdraw']", name="permissions_known"),
    )
    op.create_index("api_keys_account", "api_keys", ["account"])


def create_wallet_operations() -> None:
    op.create_table(
        "wallet_operations",
        *big("account", "operation"),
        *text("kind"),
        sa.Column("asset", sa.Integer, nullable=False),
        *big("amount"),
        *text("address", "client_id", "state"),
        sa.Column("reason", sa.Integer, nullable=False, server_default="0"),
        *big("number", nullable=True),
        *big("created_us"),
        sa.PrimaryKeyConstraint("account", "operation", name="wallet_operations_pkey"),
        sa.ForeignKeyConstraint(["account"], ["users.account"], name="wallet_operations_account_fkey"),
        sa.CheckConstraint("kind IN ('deposit', 'withdrawal')", name="kind_known"),
        sa.CheckConstraint("state IN ('pending', 'done', 'refused')", name="state_known"),
        sa.CheckConstraint("(state = 'pending') = (number IS NULL)", name="decided_by_a_command"),
        sa.CheckConstraint("operation > 0 AND amount > 0", name="amount_positive"),
    )
    pending = sa.text("state = 'pending'")
    op.create_index(
        "wallet_operations_one_pending", "wallet_operations", ["account"], unique=True, postgresql_where=pending
    )
    op.create_index(
        "wallet_operations_client_id",
        "wallet_operations",
        ["account", "client_id"],
        unique=True,
        postgresql_where=sa.text("client_id <> ''"),
    )


def create_audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        *big("time_us", "account"),
        *text("action", "detail"),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="audit_log_pkey"),
    )


def create_simulator() -> None:
    op.create_table(
        "simulator",
        sa.Column("only_row", sa.Boolean, nullable=False),
        *text("desired", "options"),
        sa.Column("status", sa.Text, nullable=True),
        *big("status_us", nullable=True),
        sa.PrimaryKeyConstraint("only_row", name="simulator_pkey"),
        sa.CheckConstraint("only_row", name="one_row"),
        sa.CheckConstraint("desired IN ('running', 'stopped')", name="desired_known"),
    )
    op.execute("INSERT INTO simulator VALUES (true, 'stopped', '{}', NULL, NULL)")
