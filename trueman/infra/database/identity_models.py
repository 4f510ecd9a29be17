"""The tables of what is no business of the core: people, keys, numbered wallet operations. `api` alone writes them."""

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from trueman.infra.database.columns import Base, Big, BigKey, Blob, Number, String, StringKey


class UserRow(Base):
    """A person. The core and the log know the account's number alone."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("role IN ('user', 'admin')", name="role_known"),
    )

    account: Mapped[int] = mapped_column(BigInteger, Identity(start=1_024), primary_key=True)
    email: Mapped[String] = mapped_column(unique=True)
    password_hash: Mapped[String]
    role: Mapped[String]
    created_us: Mapped[Big]
    disabled: Mapped[bool] = mapped_column(server_default="false")
    admin_since_us: Mapped[Big | None]
    """By the database's clock, which writes it: nobody can say that he was one before."""
    made_by: Mapped[String] = mapped_column(server_default="")
    """Who made the account or gave it its role: a user of the operating system, and an administrator where one did."""
    made_by_account: Mapped[Big | None]


class AdministratorMadeRow(Base):
    """Each time that somebody was given the role, for ever: two of whom one has ever made the other count as one."""

    __tablename__ = "administrators_made"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account: Mapped[Big] = mapped_column(ForeignKey("users.account"))
    made_by_account: Mapped[Big | None]
    made_by: Mapped[String]
    made_us: Mapped[Big]


class SessionRow(Base):
    """A log-in, and the family of its refresh tokens."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "account"), Index(None, "expires_us"))

    session: Mapped[StringKey]
    account: Mapped[Big] = mapped_column(ForeignKey("users.account"))
    created_us: Mapped[Big]
    expires_us: Mapped[Big]
    revoked_us: Mapped[Big | None]


class RefreshTokenRow(Base):
    __tablename__ = "refresh_tokens"
    __table_args__ = (Index(None, "session"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session: Mapped[String] = mapped_column(ForeignKey("sessions.session", ondelete="CASCADE"))
    issued_us: Mapped[Big]
    used_us: Mapped[Big | None]


class ApiKeyRow(Base):
    """`secret_sealed` opens with a key that does not lie in the database."""

    __tablename__ = "api_keys"
    __table_args__ = (
        Index(None, "account"),
        CheckConstraint("permissions <@ ARRAY['read', 'trade', 'withdraw']", name="permissions_known"),
    )

    api_key: Mapped[StringKey]
    account: Mapped[Big] = mapped_column(ForeignKey("users.account"))
    label: Mapped[String]
    secret_sealed: Mapped[Blob]
    permissions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_us: Mapped[Big]
    last_used_us: Mapped[Big | None]


class WalletOperationRow(Base):
    """A deposit, withdrawal or credit, numbered within its account; one at a time is pending. The account may be
    the operator's own, which is no user's."""

    __tablename__ = "wallet_operations"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('deposit', 'withdrawal', 'credit', 'payout', 'settlement', 'return')", name="kind_known"
        ),
        CheckConstraint(
            "payout IN ('', 'reserved', 'broadcasting', 'paid', 'settled', 'failed', 'returned')", name="payout_known"
        ),
        CheckConstraint("(payout <> '') = (kind = 'payout' AND state = 'done')", name="payout_of_a_payout"),
        CheckConstraint("state IN ('pending', 'done', 'refused')", name="state_known"),
        CheckConstraint("(state = 'pending') = (number IS NULL)", name="decided_by_a_command"),
        CheckConstraint("operation > 0 AND amount > 0", name="amount_positive"),
        Index("wallet_operations_one_pending", "account", unique=True, postgresql_where="state = 'pending'"),
        Index("wallet_operations_client_id", "account", "client_id", unique=True, postgresql_where="client_id <> ''"),
        Index(
            "wallet_operations_unfinished",
            "created_us",
            postgresql_where="payout IN ('reserved', 'broadcasting', 'paid', 'failed')",
        ),
        Index("wallet_operations_credits", "address", "operation", postgresql_where="kind = 'credit'"),
        Index("wallet_operations_nameless", "account", postgresql_where="mark <> 0"),
    )

    account: Mapped[BigKey]
    operation: Mapped[BigKey]
    kind: Mapped[String]
    asset: Mapped[Number]
    amount: Mapped[Big]
    address: Mapped[String]
    client_id: Mapped[String]
    state: Mapped[String]
    reason: Mapped[Number] = mapped_column(server_default="0")
    number: Mapped[Big | None]
    created_us: Mapped[Big]
    payout: Mapped[String] = mapped_column(server_default="")
    txid: Mapped[String] = mapped_column(server_default="")
    decided_us: Mapped[Big] = mapped_column(server_default="0")
    mark: Mapped[Big] = mapped_column(server_default="0")
    step_us: Mapped[Big] = mapped_column(server_default="0")
    trouble: Mapped[String] = mapped_column(server_default="")


class WalletMendedRow(Base):
    """One row: up to this command the wallet's list has every operation that the log has."""

    __tablename__ = "wallet_mended"
    __table_args__ = (CheckConstraint("only_row", name="one_row"),)

    only_row: Mapped[bool] = mapped_column(primary_key=True)
    number: Mapped[Big]


class ChainDepositRow(Base):
    """Money that a chain brought, known by where it stands there: the same place is never credited twice."""

    __tablename__ = "chain_deposits"
    __table_args__ = (
        CheckConstraint("state IN ('seen', 'final', 'credited', 'reversed')", name="state_known"),
        CheckConstraint("amount > 0 AND confirmations >= 0", name="amount_positive"),
        Index("chain_deposits_waiting", "retry_us", postgresql_where="state = 'final'"),
    )

    chain: Mapped[str] = mapped_column(Text, primary_key=True)
    txid: Mapped[str] = mapped_column(Text, primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    account: Mapped[Big]
    asset: Mapped[Number]
    amount: Mapped[Big]
    confirmations: Mapped[Number]
    state: Mapped[String]
    seen_us: Mapped[Big]
    attempt: Mapped[Number] = mapped_column(server_default="0")
    reason: Mapped[Number] = mapped_column(server_default="0")
    retry_us: Mapped[Big] = mapped_column(server_default="0")


class PayoutDeskRow(Base):
    """One row: whether withdrawals are paid, and why not. A copy that was restored has it closed."""

    __tablename__ = "payout_desk"
    __table_args__ = (CheckConstraint("only_row", name="one_row"),)

    only_row: Mapped[bool] = mapped_column(primary_key=True)
    is_open: Mapped[bool]
    why: Mapped[String]
    changed_us: Mapped[Big]
    changed_by: Mapped[String]


class AuditRow(Base):
    """What an administrator did; `hash` covers the row and the one before. Nobody changes or deletes a row."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    time_us: Mapped[Big]
    account: Mapped[Big]
    action: Mapped[String]
    detail: Mapped[String]
    hash: Mapped[Blob]


class SkipRow(Base):
    """An administrator's signature: command `number`, whose bytes have this hash, shall be skipped. Two of them count,
    the database refuses whoever is no administrator, and nobody changes or deletes a row."""

    __tablename__ = "skip_list"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("length(hash) = 32", name="hash_whole"),
        CheckConstraint("reason <> ''", name="reason_given"),
    )

    number: Mapped[BigKey]
    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account: Mapped[BigKey] = mapped_column(ForeignKey("users.account"))
    signed_us: Mapped[Big]
    market: Mapped[Number | None]
    reason: Mapped[String]
    command_us: Mapped[Big] = mapped_column(server_default="0")
    """The log's time of the command. Who became an administrator later has no say in it."""


class SimulatorRow(Base):
    """One row: what the simulator shall do, and what it last said of itself."""

    __tablename__ = "simulator"
    __table_args__ = (
        CheckConstraint("only_row", name="one_row"),
        CheckConstraint("desired IN ('running', 'stopped')", name="desired_known"),
    )

    only_row: Mapped[bool] = mapped_column(primary_key=True)
    desired: Mapped[String]
    options: Mapped[String]
    status: Mapped[String | None]
    status_us: Mapped[Big | None]
