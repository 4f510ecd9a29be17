"""What a run of frames adds to the tables: new rows, and what changes in the old ones.

A batch knows nothing of what stands in the database. Balances, fills and candles are differences, so that a batch can
be written again after a transaction was lost. Records are read straight from the bytes: catching up with the log
takes this path.
"""

import struct
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from trueman.core import events
from trueman.core.codec import EVENT_LAYOUTS, HEADER
from trueman.core.events import AssetCreated, MarketDefined, OrderAccepted, Traded
from trueman.core.units import ASSETS_MAX
from trueman.errors import Gap, LogDamaged
from trueman.infra.log import EventEntry
from trueman.views.candles import Candle, Candles
from trueman.views.portfolio import NEW, PARTIALLY_FILLED, Order

RECORD_BYTES: Final = {kind: layout.size for kind, layout in EVENT_LAYOUTS.items()}
BODY_AT: Final = 2
"""Behind the two values of a record's header."""
_header = HEADER.unpack_from
_decided = EVENT_LAYOUTS[events.DECIDED].struct.unpack_from
_moved = EVENT_LAYOUTS[events.MOVED].struct.unpack_from
_traded = EVENT_LAYOUTS[events.TRADED].struct.unpack_from
_closed = EVENT_LAYOUTS[events.ORDER_CLOSED].struct.unpack_from
_level = EVENT_LAYOUTS[events.LEVEL_CHANGED].struct.unpack_from


@dataclass(slots=True)
class Change:
    """What happened to an order that an earlier batch has written."""

    executed: int = 0
    executed_quote: int = 0
    status: int = PARTIALLY_FILLED
    updated_us: int = 0


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
        self.markets: dict[int, MarketDefined] = {}
        self.orders: dict[int, Order] = {}
        self.placed_by: dict[int, int] = {}
        """The numbers of the commands that placed `orders`."""
        self.changes: dict[int, Change] = {}
        self.trades: list[tuple[int, ...]] = []
        self.ledger: list[tuple[int, ...]] = []
        self.pots: tuple[dict[int, int], dict[int, int]] = (defaultdict(int), defaultdict(int))
        """What was added to AVAILABLE and to HELD, by `balance_key`."""
        self.moved_by: dict[int, int] = {}
        """The number of the last command that moved a balance."""
        self.candles: list[tuple[int, str, Candle]] = []
        self.update_ids: dict[int, int] = {}
        self.trade_ids: dict[int, int] = {}
        self._position = 0
        self._newest_candles: dict[int, Candles] = {}
        self._folds = {
            events.DECIDED: self._decide,
            events.ASSET_CREATED: self._create_asset,
            events.MARKET_DEFINED: self._define_market,
            events.MOVED: self._move,
            events.ORDER_ACCEPTED: self._accept,
            events.TRADED: self._trade,
            events.ORDER_CLOSED: self._close,
            events.LEVEL_CHANGED: self._change_level,
        }

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

    def _fold_frame(self, frame: bytes) -> None:
        at, end, folds = 0, len(frame), self._folds
        while at < end:
            kind, size = _header(frame, at)
            if RECORD_BYTES[kind] != size:
                raise LogDamaged(f"an event of kind {kind} has {size} bytes")
            self._position += 1
            self.events += 1
            folds[kind](frame, at)
            at += size

    def finish(self) -> None:
        """No more entries: what is still open of the candles becomes rows too."""
        for market, newest in self._newest_candles.items():
            self.candles.extend((market, interval, candle) for interval, candle in newest.newest())

    def _decide(self, frame: bytes, at: int) -> None:
        _, _, number, self.time_us, *_ = _decided(frame, at)
        if number != self.number + 1:
            raise LogDamaged(f"after the result of command {self.number} comes that of {number}")
        self.number = number
        self._position = 0

    def _create_asset(self, frame: bytes, at: int) -> None:
        self.assets.append(EVENT_LAYOUTS[events.ASSET_CREATED].decode(frame, at))

    def _define_market(self, frame: bytes, at: int) -> None:
        defined: MarketDefined = EVENT_LAYOUTS[events.MARKET_DEFINED].decode(frame, at)
        self.markets[defined.market] = defined

    def _move(self, frame: bytes, at: int) -> None:
        entry = _moved(frame, at)
        _, _, asset, source, source_pot, target, target_pot, amount, _ = entry
        number, pots, moved_by = self.number, self.pots, self.moved_by
        self.ledger.append((number, self._position, self.time_us, *entry[BODY_AT:]))
        giver, taker = source * ASSETS_MAX + asset, target * ASSETS_MAX + asset
        pots[source_pot][giver] -= amount
        pots[target_pot][taker] += amount
        moved_by[giver] = moved_by[taker] = number

    def _accept(self, frame: bytes, at: int) -> None:
        accepted: OrderAccepted = EVENT_LAYOUTS[events.ORDER_ACCEPTED].decode(frame, at)
        order = Order(*accepted, 0, 0, NEW, self.time_us, self.time_us)
        self.orders[order.order_id] = order
        self.placed_by[order.order_id] = self.number

    def _trade(self, frame: bytes, at: int) -> None:
        traded = Traded._make(_traded(frame, at)[BODY_AT:])
        market, trade_id, _, quantity, quote, _, maker_order, taker_order, *_ = traded
        self.trades.append((self.number, self.time_us, *traded))
        for order_id in (maker_order, taker_order):
            order = self._order(order_id)
            order.executed += quantity
            order.executed_quote += quote
            order.status = PARTIALLY_FILLED
        self.trade_ids[market] = trade_id
        candles = self._newest_candles.get(market)
        if candles is None:
            candles = self._newest_candles[market] = Candles(
                market, lambda interval, candle: self.candles.append((market, interval, candle))
            )
        candles.fold(self.time_us, traded)

    def _close(self, frame: bytes, at: int) -> None:
        _, _, order_id, _, _, status, _ = _closed(frame, at)
        self._order(order_id).status = status

    def _order(self, order_id: int) -> Order | Change:
        """An order that something happens to now."""
        order: Order | Change | None = self.orders.get(order_id) or self.changes.get(order_id)
        if order is None:
            order = self.changes[order_id] = Change()
        order.updated_us = self.time_us
        return order

    def _change_level(self, frame: bytes, at: int) -> None:
        _, _, market, update_id, *_ = _level(frame, at)
        self.update_ids[market] = update_id


def balance_key(account: int, asset: int) -> int:
    return account * ASSETS_MAX + asset


def account_and_asset(key: int) -> tuple[int, int]:
    return divmod(key, ASSETS_MAX)
