"""The tables that follow from the event log. `db_updater` alone writes them.

Amounts are integers: `bigint` where a bound below 2^63 is proved (`executed_quote` of an order: at most the supply
that rested against it plus its own notional), `numeric` where trades add up for ever. The CHECKs are the last net
below the core's own checks.
"""

from sqlalchemy import CheckConstraint, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from trueman.infra.database.columns import (
    Base,
    Big,
    BigKey,
    Blob,
    Number,
    NumberKey,
    Small,
    String,
    StringKey,
    Sum,
)


class AssetRow(Base):
    __tablename__ = "assets"

    asset: Mapped[NumberKey]
    code: Mapped[String] = mapped_column(unique=True)
    decimals: Mapped[Small]


class MarketRow(Base):
    """The newest definition of a market, and how far its trades and levels have been counted."""

    __tablename__ = "markets"

    market: Mapped[NumberKey]
    base: Mapped[Number]
    quote: Mapped[Number]
    tick_size_atoms: Mapped[Big]
    lot_atoms: Mapped[Big]
    tick_atoms: Mapped[Big]
    price_ticks_min: Mapped[Big]
    price_ticks_max: Mapped[Big]
    quantity_lots_min: Mapped[Big]
    quantity_lots_max: Mapped[Big]
    notional_atoms_min: Mapped[Big]
    maker_ppm: Mapped[Number]
    taker_ppm: Mapped[Number]
    status: Mapped[Small]
    symbol: Mapped[String] = mapped_column(unique=True)
    last_update_id: Mapped[Big] = mapped_column(server_default="0")
    last_trade_id: Mapped[Big] = mapped_column(server_default="0")


class MarketGuardsRow(Base):
    """Further filters of a market and its price band; 0: none of that kind."""

    __tablename__ = "market_guards"

    market: Mapped[NumberKey]
    market_lots_min: Mapped[Big]
    market_lots_max: Mapped[Big]
    notional_atoms_max: Mapped[Big]
    bid_down_ppm: Mapped[Big]
    bid_up_ppm: Mapped[Big]
    ask_down_ppm: Mapped[Big]
    ask_up_ppm: Mapped[Big]
    orders_max: Mapped[Number]
    algo_orders_max: Mapped[Number]
    iceberg_orders_max: Mapped[Big]
    iceberg_parts_max: Mapped[Number]
    position_lots_max: Mapped[Big]
    reference_price: Mapped[Big]
    band_ppm: Mapped[Number]
    auction_us: Mapped[Big]


class FeeTierRow(Base):
    """What an account of the tier pays: shares of a market's rates, in parts per million."""

    __tablename__ = "fee_tiers"

    tier: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    maker_share_ppm: Mapped[Number]
    taker_share_ppm: Mapped[Number]


class AccountTermsRow(Base):
    """Of the accounts whose terms were ever set. `trade_group` is 0 for an account on its own."""

    __tablename__ = "account_terms"

    account: Mapped[BigKey]
    tier: Mapped[Small]
    permissions: Mapped[Small]
    in_quote: Mapped[Small]
    trade_group: Mapped[Big]


class OrderRow(Base):
    """An order as it stands at the offset. `number` is the command that placed it; status 0 is new, 5 partially
    filled, 6 pending in a list, the others are the core's reasons for closing. 0 stands for a term it has not."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("executed >= 0 AND (quantity = 0 OR executed <= quantity)", name="executed_within_quantity"),
        CheckConstraint("executed_quote >= 0", name="executed_quote_positive"),
        CheckConstraint("status BETWEEN 0 AND 6", name="status_known"),
        Index(None, "account", "market", "accepted_us", "order_id"),
        Index(None, "account", "client_id", "order_id"),
        Index("orders_open", "order_id", postgresql_where="status = 0 OR status = 5 OR status = 6"),
        Index("orders_listed", "list_id", postgresql_where="list_id <> 0"),
    )

    order_id: Mapped[BigKey]
    number: Mapped[Big]
    account: Mapped[Big]
    market: Mapped[Number]
    side: Mapped[Small]
    type: Mapped[Small]
    time_in_force: Mapped[Small]
    stp: Mapped[Small]
    price: Mapped[Big]
    quantity: Mapped[Big]
    quote_quantity: Mapped[Big]
    client_id: Mapped[String]
    executed: Mapped[Big]
    executed_quote: Mapped[Big]
    status: Mapped[Small]
    accepted_us: Mapped[Big]
    updated_us: Mapped[Big]
    working_us: Mapped[Big]
    prevented: Mapped[Big]
    prevention_id: Mapped[Big]
    refusal: Mapped[Number]
    stop_price: Mapped[Big]
    trailing_bips: Mapped[Number]
    display_quantity: Mapped[Big]
    expire_us: Mapped[Big]
    list_id: Mapped[Big]


class AmendmentRow(Base):
    """Command `number` made the order smaller: of `original` lots one of `quantity`."""

    __tablename__ = "amendments"
    __table_args__ = (CheckConstraint("quantity > 0 AND quantity < original", name="order_smaller"),)

    order_id: Mapped[BigKey]
    number: Mapped[BigKey]
    time_us: Mapped[Big]
    market: Mapped[Number]
    account: Mapped[Big]
    original: Mapped[Big]
    quantity: Mapped[Big]


class OrderListRow(Base):
    """Orders that depend on each other; they have its number. `closed_us` is 0 while one of them is open."""

    __tablename__ = "order_lists"
    __table_args__ = (
        Index(None, "account", "list_id"),
        Index("order_lists_open", "list_id", postgresql_where="closed_us = 0"),
    )

    list_id: Mapped[BigKey]
    number: Mapped[Big]
    account: Mapped[Big]
    market: Mapped[Number]
    type: Mapped[Small]
    client_id: Mapped[String]
    accepted_us: Mapped[Big]
    closed_us: Mapped[Big]


class TradeRow(Base):
    __tablename__ = "trades"
    __table_args__ = (
        CheckConstraint("price > 0 AND quantity > 0 AND quote_amount > 0", name="amounts_positive"),
        Index(None, "market", "time_us", "trade_id"),
        Index(None, "maker_account", "market", "trade_id"),
        Index(None, "taker_account", "market", "trade_id"),
        Index(None, "maker_order"),
        Index(None, "taker_order"),
    )

    market: Mapped[NumberKey]
    trade_id: Mapped[BigKey]
    number: Mapped[Big]
    time_us: Mapped[Big]
    price: Mapped[Big]
    quantity: Mapped[Big]
    quote_amount: Mapped[Big]
    taker_side: Mapped[Small]
    maker_order: Mapped[Big]
    taker_order: Mapped[Big]
    maker_account: Mapped[Big]
    taker_account: Mapped[Big]
    maker_fee: Mapped[Big]
    taker_fee: Mapped[Big]
    maker_fee_in_quote: Mapped[Small]
    taker_fee_in_quote: Mapped[Small]


class PreventedMatchRow(Base):
    """Two orders of one owner that did not trade. The quantities are what each of them lost by it."""

    __tablename__ = "prevented_matches"
    __table_args__ = (Index(None, "maker_order"), Index(None, "taker_order"))

    market: Mapped[NumberKey]
    prevention_id: Mapped[BigKey]
    number: Mapped[Big]
    time_us: Mapped[Big]
    stp: Mapped[Small]
    price: Mapped[Big]
    maker_order: Mapped[Big]
    taker_order: Mapped[Big]
    maker_account: Mapped[Big]
    taker_account: Mapped[Big]
    maker_quantity: Mapped[Big]
    taker_quantity: Mapped[Big]


class LevelRow(Base):
    """A price at which lots wait for all to see."""

    __tablename__ = "levels"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    market: Mapped[NumberKey]
    side: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    price: Mapped[BigKey]
    quantity: Mapped[Big]


class LedgerEntryRow(Base):
    """One double entry. `position` is its place among the events of command `number`."""

    __tablename__ = "ledger_entries"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    number: Mapped[BigKey]
    position: Mapped[NumberKey]
    time_us: Mapped[Big]
    asset: Mapped[Number]
    source: Mapped[Big]
    source_pot: Mapped[Small]
    target: Mapped[Big]
    target_pot: Mapped[Small]
    amount: Mapped[Big]
    cause: Mapped[Small]


class BalanceRow(Base):
    """What an account has of an asset. `number` is the last command that moved it."""

    __tablename__ = "balances"
    __table_args__ = (
        CheckConstraint("account = 0 OR available >= 0", name="available_not_negative"),
        CheckConstraint("held >= 0", name="held_not_negative"),
        CheckConstraint("reserved >= 0", name="reserved_not_negative"),
    )

    account: Mapped[BigKey]
    asset: Mapped[NumberKey]
    available: Mapped[Big]
    held: Mapped[Big]
    number: Mapped[Big]
    reserved: Mapped[Big]


class SourceOperationRow(Base):
    """A numbered operation that the exchange took from its source, as the log has it: the wallet's list, lost or not,
    is mended by it."""

    __tablename__ = "source_operations"
    __table_args__ = (Index("source_operations_number_key", "number", unique=True),)

    source: Mapped[BigKey]
    operation: Mapped[BigKey]
    number: Mapped[Big]
    time_us: Mapped[Big]
    kind: Mapped[Small]
    account: Mapped[Big]
    asset: Mapped[Number]
    amount: Mapped[Big]
    target: Mapped[Big]
    reason: Mapped[Number]
    tag: Mapped[Big]


class CandleRow(Base):
    __tablename__ = "candles"
    __table_args__ = (CheckConstraint("low > 0 AND low <= high", name="prices_ordered"),)

    market: Mapped[NumberKey]
    interval: Mapped[StringKey]
    open_us: Mapped[BigKey]
    close_us: Mapped[Big]
    open: Mapped[Big]
    high: Mapped[Big]
    low: Mapped[Big]
    close: Mapped[Big]
    volume: Mapped[Sum]
    quote_volume: Mapped[Sum]
    trades: Mapped[Big]
    taker_buy_volume: Mapped[Sum]
    taker_buy_quote_volume: Mapped[Sum]
    first_trade_id: Mapped[Big]
    last_trade_id: Mapped[Big]


class StreamOffsetRow(Base):
    """How far a reader of the event log has come. `owner` is the process that may move it: the last that took it."""

    __tablename__ = "stream_offset"
    __table_args__ = (CheckConstraint("number >= 0", name="number_not_negative"),)

    name: Mapped[StringKey]
    number: Mapped[Big]
    time_us: Mapped[Big]
    chain: Mapped[Blob]
    owner: Mapped[String]


class RulesetSwitchRow(Base):
    """After command `number` the exchange decides by `ruleset`. Before the first row: as the log began."""

    __tablename__ = "ruleset_switches"

    number: Mapped[BigKey]
    ruleset: Mapped[Number]


class EngineEpochRow(Base):
    """One row: the epoch of the newest engine. Each start takes the next."""

    __tablename__ = "engine_epoch"
    __table_args__ = (CheckConstraint("only_row", name="one_row"),)

    only_row: Mapped[bool] = mapped_column(primary_key=True)
    epoch: Mapped[Big]
    grace_after: Mapped[Big | None]
    """Where the event log ended when an unplanned start began the grace that is not over yet."""
