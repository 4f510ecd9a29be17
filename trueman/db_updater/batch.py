"""What a run of frames adds to the tables: new rows, and what changes in the old ones.

A batch knows nothing of what stands in the database. Balances, fills and candles are differences, so that a batch can
be written again after a transaction was lost. Records are read straight from the bytes: catching up with the log
takes this path.
"""

import struct
from collections import defaultdict
from collections.abc import Callable
from typing import Final, NamedTuple

from trueman.core import events
from trueman.core.codec import EVENT_LAYOUTS, HEADER, WORD
from trueman.core.events import (
    AccountDefined,
    AssetCreated,
    FeeTierDefined,
    MarketDefined,
    MarketGuarded,
    OrderAccepted,
    OrderListAccepted,
    Traded,
)
from trueman.core.units import ASSETS_MAX
from trueman.db_updater.change import Change
from trueman.errors import Gap, LogDamaged
from trueman.infra.log import CommandEntry, EventEntry
from trueman.views.candles import Candle, Candles
from trueman.views.orders import Order, OrderList, accepted_list, accepted_order, waits_in
from trueman.views.source_operations import MONEY_KINDS, NUMBER_USED, SourceOperation, taken

RECORD_WORDS: Final = {kind: layout.words for kind, layout in EVENT_LAYOUTS.items()}
_header = HEADER.unpack_from
_read = {kind: layout.decode for kind, layout in EVENT_LAYOUTS.items()}
_decided = EVENT_LAYOUTS[events.DECIDED].read_fields
_moved = EVENT_LAYOUTS[events.MOVED].read_fields
_traded = EVENT_LAYOUTS[events.TRADED].read_fields
_closed = EVENT_LAYOUTS[events.ORDER_CLOSED].read_fields
_level = EVENT_LAYOUTS[events.LEVEL_CHANGED].read_fields


SAID_ELSEWHERE: Final = (
    events.PART_DECIDED,
    events.FILTER_FAILED,
    events.AUCTION_CALLED,
    events.AUCTION_UNCROSSED,
    events.CANCEL_TIMER_SET,
)
"""Events that no table tells of: what they bring about comes as events of its own."""


class Owed(NamedTuple):
    first: int
    last: int
    used: dict[int, tuple[int, int]]
    """Time and reason of the commands that used a source's number."""


class Batch:
    """Fold entries in, then let `transaction.write` take the rows out."""

    def __init__(self, after: int) -> None:
        """`after` is the offset that the tables must have for this batch to fit."""
        self.after = after
        self.number = after
        self.time_us = 0
        self.chain = b""
        self.events = 0
        self.assets: list[AssetCreated] = []
        self.rulesets: list[tuple[int, int]] = []
        """The numbers of the commands that switched, and to which ruleset."""
        self.markets: dict[int, MarketDefined] = {}
        self.guards: dict[int, MarketGuarded] = {}
        self.tiers: dict[int, FeeTierDefined] = {}
        self.terms: dict[int, AccountDefined] = {}
        self.orders: dict[int, Order] = {}
        self.placed_by: dict[int, int] = {}
        """The numbers of the commands that placed `orders`."""
        self.changes: dict[int, Change] = {}
        self.amendments: list[tuple[int, ...]] = []
        """By `transaction.AMENDMENT_COLUMNS`; `original` is 0 where only the order's row knows the size before."""
        self.lists: dict[int, OrderList] = {}
        self.closed_lists: dict[int, int] = {}
        """When lists that an earlier batch has written ended."""
        self.trades: list[tuple[int, ...]] = []
        self.prevented: list[tuple[int, ...]] = []
        self.levels: dict[tuple[int, int, int], int] = {}
        """Lots that now wait at (market, side, price)."""
        self.ledger: list[tuple[int, ...]] = []
        self.pots: tuple[dict[int, int], ...] = (defaultdict(int), defaultdict(int), defaultdict(int))
        """What was added to AVAILABLE, to HELD and to RESERVED, by `balance_key`."""
        self.moved_by: dict[int, int] = {}
        """The number of the last command that moved a balance."""
        self.operations: list[SourceOperation] = []
        self.owed: list[Owed] = []
        """Entries whose commands are wanted too: they decided operations, and only the commands say which."""
        self.candles: list[tuple[int, str, Candle]] = []
        self.update_ids: dict[int, int] = {}
        self.trade_ids: dict[int, int] = {}
        self._used: dict[int, tuple[int, int]] = {}
        """Time and reason of the commands that used a source's number, in the entry that is being folded."""
        self._position = 0
        self._newest_candles: dict[int, Candles] = {}
        self._folds = self._folds_by_kind()

    @property
    def commands(self) -> int:
        return self.number - self.after

    def fold(self, entry: EventEntry) -> None:
        if entry.first != self.number + 1:
            raise Gap(f"after command {self.number} comes an entry that begins at {entry.first}")
        try:
            self._fold_frame(entry.frame)
        except (struct.error, KeyError, UnicodeDecodeError) as error:
            raise LogDamaged(f"the entry that ends at {entry.last} cannot be read: {error!r}") from error
        if self.number != entry.last:
            raise LogDamaged(f"the entry that ends at {entry.last} has results up to {self.number}")
        self.chain = entry.chain
        if self._used:
            self.owed.append(Owed(entry.first, entry.last, self._used))
            self._used = {}

    def describe(self, asked: CommandEntry) -> None:
        """The commands of the first entry that is owed."""
        first, last, used = self.owed[0]
        if (asked.first, asked.last) != (first, last):
            raise LogDamaged(f"to the results {first} to {last} belong commands {asked.first} to {asked.last}")
        try:
            self.operations.extend(taken(asked.frame, first, used))
        except ValueError as error:
            raise LogDamaged(f"the commands {first} to {last} are not those of their results: {error}") from error
        del self.owed[0]

    def _fold_frame(self, frame: bytes) -> None:
        at, end, folds = 0, len(frame), self._folds
        while at < end:
            kind, words = _header(frame, at)
            if RECORD_WORDS[kind] != words:
                raise LogDamaged(f"an event of kind {kind} has {words} words")
            self._position += 1
            self.events += 1
            folds[kind](frame, at)
            at += words * WORD

    def finish(self) -> None:
        """No more entries: what is still open of the candles becomes rows too."""
        for market, newest in self._newest_candles.items():
            self.candles.extend((market, interval, candle) for interval, candle in newest.newest())

    def _folds_by_kind(self) -> dict[int, Callable[[bytes, int], None]]:
        return {
            events.DECIDED: self._decide,
            events.ASSET_CREATED: self._create_asset,
            events.MARKET_DEFINED: self._define_market,
            events.MOVED: self._move,
            events.ORDER_ACCEPTED: self._accept,
            events.TRADED: self._trade,
            events.ORDER_CLOSED: self._close,
            events.LEVEL_CHANGED: self._change_level,
            **dict.fromkeys(SAID_ELSEWHERE, self._pass),
            events.RULESET_SWITCHED: self._switch_ruleset,
            events.MARKET_GUARDED: self._guard_market,
            events.FEE_TIER_DEFINED: self._define_tier,
            events.ACCOUNT_DEFINED: self._define_account,
            events.ORDER_TERMS: self._take_terms,
            events.ORDER_ACTIVATED: self._activate,
            events.ORDER_REFUSED: self._refuse,
            events.ORDER_AMENDED: self._amend,
            events.ORDER_LIST_ACCEPTED: self._accept_list,
            events.ORDER_LIST_CLOSED: self._close_list,
            events.MATCH_PREVENTED: self._prevent,
        }

    def _pass(self, frame: bytes, at: int) -> None:
        pass

    def _decide(self, frame: bytes, at: int) -> None:
        kind, reason, number, self.time_us, _, _, _, repeat_of = _decided(frame, at)
        if kind in MONEY_KINDS and repeat_of == 0 and reason in NUMBER_USED:
            self._used[number] = self.time_us, reason
        if number != self.number + 1:
            raise LogDamaged(f"after the result of command {self.number} comes that of {number}")
        self.number = number
        self._position = 0

    def _switch_ruleset(self, frame: bytes, at: int) -> None:
        self.rulesets.append((self.number, _read[events.RULESET_SWITCHED](frame, at).ruleset))

    def _create_asset(self, frame: bytes, at: int) -> None:
        self.assets.append(_read[events.ASSET_CREATED](frame, at))

    def _define_market(self, frame: bytes, at: int) -> None:
        defined: MarketDefined = _read[events.MARKET_DEFINED](frame, at)
        self.markets[defined.market] = defined

    def _guard_market(self, frame: bytes, at: int) -> None:
        guarded: MarketGuarded = _read[events.MARKET_GUARDED](frame, at)
        self.guards[guarded.market] = guarded

    def _define_tier(self, frame: bytes, at: int) -> None:
        defined: FeeTierDefined = _read[events.FEE_TIER_DEFINED](frame, at)
        self.tiers[defined.tier] = defined

    def _define_account(self, frame: bytes, at: int) -> None:
        defined: AccountDefined = _read[events.ACCOUNT_DEFINED](frame, at)
        self.terms[defined.account] = defined

    def _move(self, frame: bytes, at: int) -> None:
        entry = _moved(frame, at)
        asset, source_pot, target_pot, _, source, target, amount = entry
        number, pots, moved_by = self.number, self.pots, self.moved_by
        self.ledger.append((number, self._position, self.time_us, *entry))
        giver, taker = source * ASSETS_MAX + asset, target * ASSETS_MAX + asset
        pots[source_pot][giver] -= amount
        pots[target_pot][taker] += amount
        moved_by[giver] = moved_by[taker] = number

    def _accept(self, frame: bytes, at: int) -> None:
        accepted: OrderAccepted = _read[events.ORDER_ACCEPTED](frame, at)
        self.orders[accepted.order_id] = accepted_order(accepted, self.time_us)
        self.placed_by[accepted.order_id] = self.number

    def _take_terms(self, frame: bytes, at: int) -> None:
        terms = _read[events.ORDER_TERMS](frame, at)
        waits = False
        if terms.list_id:
            waits = waits_in(self.lists[terms.list_id].type, terms.list_id, terms.order_id)
        self.orders[terms.order_id].take_terms(terms, waits)

    def _trade(self, frame: bytes, at: int) -> None:
        traded = Traded._make(_traded(frame, at))
        market, _, _, _, trade_id, _, _, _, maker_order, taker_order, *_ = traded
        time_us = self.time_us
        self.trades.append((self.number, time_us, *traded))
        self._order(maker_order).fill(traded, time_us)
        self._order(taker_order).fill(traded, time_us)
        self.trade_ids[market] = trade_id
        candles = self._newest_candles.get(market)
        if candles is None:
            candles = self._newest_candles[market] = Candles(
                market, lambda interval, candle: self.candles.append((market, interval, candle))
            )
        candles.fold(time_us, traded)

    def _close(self, frame: bytes, at: int) -> None:
        _, status, order_id, _, _ = _closed(frame, at)
        self._order(order_id).close(status, self.time_us)

    def _activate(self, frame: bytes, at: int) -> None:
        activated = _read[events.ORDER_ACTIVATED](frame, at)
        self._order(activated.order_id).activate(activated, self.time_us)

    def _refuse(self, frame: bytes, at: int) -> None:
        refused = _read[events.ORDER_REFUSED](frame, at)
        self._order(refused.order_id).refuse(refused.reason, self.time_us)

    def _amend(self, frame: bytes, at: int) -> None:
        amended = _read[events.ORDER_AMENDED](frame, at)
        order = self._order(amended.order_id)
        market, order_id, account, quantity, _ = amended
        self.amendments.append((self.number, self.time_us, market, order_id, account, order.quantity or 0, quantity))
        order.amend(amended, self.time_us)

    def _prevent(self, frame: bytes, at: int) -> None:
        prevented = _read[events.MATCH_PREVENTED](frame, at)
        time_us = self.time_us
        self.prevented.append((self.number, time_us, *prevented))
        self._order(prevented.maker_order).prevent(prevented, prevented.maker_quantity, time_us)
        self._order(prevented.taker_order).prevent(prevented, prevented.taker_quantity, time_us)

    def _order(self, order_id: int) -> Order | Change:
        """An order that something happens to now."""
        order: Order | Change | None = self.orders.get(order_id) or self.changes.get(order_id)
        if order is None:
            order = self.changes[order_id] = Change()
        return order

    def _accept_list(self, frame: bytes, at: int) -> None:
        accepted: OrderListAccepted = _read[events.ORDER_LIST_ACCEPTED](frame, at)
        self.lists[accepted.list_id] = accepted_list(accepted, self.time_us)
        self.placed_by[accepted.list_id] = self.number

    def _close_list(self, frame: bytes, at: int) -> None:
        list_id = _read[events.ORDER_LIST_CLOSED](frame, at).list_id
        if list_id in self.lists:
            self.lists[list_id].closed_us = self.time_us
        else:
            self.closed_lists[list_id] = self.time_us

    def _change_level(self, frame: bytes, at: int) -> None:
        market, side, update_id, price, quantity = _level(frame, at)
        self.levels[market, side, price] = quantity
        self.update_ids[market] = update_id


def balance_key(account: int, asset: int) -> int:
    return account * ASSETS_MAX + asset


def account_and_asset(key: int) -> tuple[int, int]:
    return divmod(key, ASSETS_MAX)
