"""The writer of result frames: one method an event, its fields in the order of the table in `events`.

A command's `Decided` comes first in its result, but what fell due by its time happens before it is decided. So
events written before the decision go into `early`, and the decision puts them behind itself.
"""

from typing import Final, final

from librt.strings import BytesWriter, write_i64_le
from mypy_extensions import i64

from trueman.core.frames import (
    ACCOUNT_DEFINED_HEADER,
    ASSET_CREATED_HEADER,
    AUCTION_CALLED_HEADER,
    AUCTION_UNCROSSED_HEADER,
    CANCEL_TIMER_SET_HEADER,
    CODE_BYTES,
    DECIDED_HEADER,
    FEE_TIER_DEFINED_HEADER,
    FILTER_FAILED_HEADER,
    LEVEL_CHANGED_HEADER,
    MARKET_DEFINED_HEADER,
    MARKET_GUARDED_HEADER,
    MATCH_PREVENTED_HEADER,
    MOVED_HEADER,
    ORDER_ACCEPTED_HEADER,
    ORDER_ACTIVATED_HEADER,
    ORDER_AMENDED_HEADER,
    ORDER_CLOSED_HEADER,
    ORDER_LIST_ACCEPTED_HEADER,
    ORDER_LIST_CLOSED_HEADER,
    ORDER_REFUSED_HEADER,
    ORDER_TERMS_HEADER,
    PART_DECIDED_HEADER,
    RULESET_SWITCHED_HEADER,
    SYMBOL_BYTES,
    TRADED_HEADER,
)
from trueman.core.guards import write_guards
from trueman.core.markets import Asset, Market
from trueman.core.messages import CLIENT_ID_WORDS, Bounds, Order
from trueman.core.rejections import OK, names_bounds, names_bounds_since_3
from trueman.core.rulesets import Rules
from trueman.core.units import NONE


@final
class Results:
    """The frame being written, and who is being answered. `bounds` is filled by whoever refuses by a filter.

    For the proof after every command: how often it was decided, how many moves were told so far, and the exclusive or
    of their amounts.
    """

    def __init__(self, bounds: Bounds, rules: Rules) -> None:
        self.rules: Final[Rules] = rules
        self.frame: Final[BytesWriter] = BytesWriter()
        self.early: Final[BytesWriter] = BytesWriter()
        self.out: BytesWriter = self.frame
        self.bounds: Final[Bounds] = bounds
        self.time_us: i64 = 0
        self.number: i64 = 0
        self.tag: i64 = 0
        self.kind: i64 = 0
        self.account: i64 = NONE
        self.is_early: bool = False
        self.part: i64 = NONE
        self.part_kind: i64 = 0
        self.decisions: i64 = 0
        self.moves: i64 = 0
        self.moves_amounts: i64 = 0

    def begin_frame(self, time_us: i64) -> None:
        self.frame.truncate(0)
        self.out = self.frame
        self.time_us = time_us

    def begin(self, number: i64, tag: i64, kind: i64, account: i64) -> None:
        """From here on `decided` answers this command."""
        self.number = number
        self.decisions = 0
        self.tag = tag
        self.kind = kind
        self.account = account

    def begin_early(self) -> None:
        """What is written until the decision follows it all the same."""
        if self.is_early:
            return
        self.is_early = True
        self.early.truncate(0)
        self.out = self.early

    def begin_part(self, kind: i64, index: i64) -> None:
        """From here on `decided` answers this part of the command."""
        self.part_kind = kind
        self.part = index

    def end_parts(self) -> None:
        self.part = NONE

    def decided(self, reason: i64, order_id: i64, repeat_of: i64) -> None:
        """The answer, with what a filter has to say of its refusal, and before everything that was early."""
        if self.part != NONE:
            self._part_decided(reason, order_id, repeat_of)
            return
        self.decisions += 1
        out = self.frame
        write_i64_le(out, DECIDED_HEADER | self.kind << 16 | reason << 24)
        write_i64_le(out, self.number)
        write_i64_le(out, self.time_us)
        write_i64_le(out, self.tag)
        write_i64_le(out, self.account)
        write_i64_le(out, order_id)
        write_i64_le(out, repeat_of)
        if reason != OK:
            self._filter_failed(out, reason)
        if self.is_early:
            self.is_early = False
            self.out = out
            out.write(self.early.getvalue())

    def _part_decided(self, reason: i64, order_id: i64, repeat_of: i64) -> None:
        out = self.out
        write_i64_le(out, PART_DECIDED_HEADER | self.part_kind << 16 | reason << 24 | self.part << 40)
        write_i64_le(out, order_id)
        write_i64_le(out, repeat_of)
        if reason != OK:
            self._filter_failed(out, reason)

    def _filter_failed(self, out: BytesWriter, reason: i64) -> None:
        """With what the refusal left in `bounds`, if it is one by a filter."""
        if not names_bounds(reason) and not (self.rules.names_more_bounds and names_bounds_since_3(reason)):
            return
        bounds = self.bounds
        write_i64_le(out, FILTER_FAILED_HEADER | reason << 16)
        write_i64_le(out, bounds.value)
        write_i64_le(out, bounds.least)
        write_i64_le(out, bounds.most)
        write_i64_le(out, bounds.nearest)

    def asset_created(self, asset: Asset) -> None:
        out = self.out
        write_i64_le(out, ASSET_CREATED_HEADER | asset.number << 16 | asset.decimals << 32)
        out.write(asset.code.ljust(CODE_BYTES, b"\0"))

    def market_defined(self, market: Market) -> None:
        out = self.out
        write_i64_le(out, MARKET_DEFINED_HEADER | market.number << 16 | market.base << 32 | market.quote << 48)
        write_i64_le(out, market.status)
        write_i64_le(out, market.tick_size_atoms)
        write_i64_le(out, market.lot_atoms)
        write_i64_le(out, market.tick_atoms)
        write_i64_le(out, market.price_ticks_min)
        write_i64_le(out, market.price_ticks_max)
        write_i64_le(out, market.quantity_lots_min)
        write_i64_le(out, market.quantity_lots_max)
        write_i64_le(out, market.notional_atoms_min)
        write_i64_le(out, market.maker_ppm)
        write_i64_le(out, market.taker_ppm)
        out.write(market.symbol.ljust(SYMBOL_BYTES, b"\0"))

    def market_guarded(self, market: Market) -> None:
        out = self.out
        write_i64_le(out, MARKET_GUARDED_HEADER | market.number << 16)
        write_guards(out, market)

    def auction_called(self, market: i64, price: i64, reference: i64, until_us: i64) -> None:
        out = self.out
        write_i64_le(out, AUCTION_CALLED_HEADER | market << 16)
        write_i64_le(out, price)
        write_i64_le(out, reference)
        write_i64_le(out, until_us)

    def auction_uncrossed(self, market: i64, price: i64, quantity: i64, surplus: i64) -> None:
        out = self.out
        write_i64_le(out, AUCTION_UNCROSSED_HEADER | market << 16)
        write_i64_le(out, price)
        write_i64_le(out, quantity)
        write_i64_le(out, surplus)

    def fee_tier_defined(self, tier: i64, maker_share_ppm: i64, taker_share_ppm: i64) -> None:
        out = self.out
        write_i64_le(out, FEE_TIER_DEFINED_HEADER | tier << 16)
        write_i64_le(out, maker_share_ppm)
        write_i64_le(out, taker_share_ppm)

    def ruleset_switched(self, ruleset: i64) -> None:
        out = self.out
        write_i64_le(out, RULESET_SWITCHED_HEADER)
        write_i64_le(out, ruleset)

    def account_defined(self, account: i64, tier: i64, permissions: i64, in_quote: i64, group: i64) -> None:
        out = self.out
        write_i64_le(out, ACCOUNT_DEFINED_HEADER | tier << 16 | permissions << 24 | in_quote << 32)
        write_i64_le(out, account)
        write_i64_le(out, group)

    def moved(
        self, asset: i64, source: i64, source_pot: i64, target: i64, target_pot: i64, amount: i64, cause: i64
    ) -> None:
        self.moves += 1
        self.moves_amounts ^= amount
        out = self.out
        write_i64_le(out, MOVED_HEADER | asset << 16 | source_pot << 32 | target_pot << 40 | cause << 48)
        write_i64_le(out, source)
        write_i64_le(out, target)
        write_i64_le(out, amount)

    def order_accepted(self, order: Order, market: i64) -> None:
        out = self.out
        kinds = order.side << 32 | order.type << 40 | order.time_in_force << 48 | order.stp << 56
        write_i64_le(out, ORDER_ACCEPTED_HEADER | market << 16 | kinds)
        write_i64_le(out, order.order_id)
        write_i64_le(out, order.account)
        write_i64_le(out, order.price)
        write_i64_le(out, order.quantity)
        write_i64_le(out, order.quote_quantity)
        words = order.client_id
        word: i64 = 0
        while word < CLIENT_ID_WORDS:
            write_i64_le(out, words[word])
            word += 1

    def order_terms(self, order: Order, list_id: i64) -> None:
        out = self.out
        write_i64_le(out, ORDER_TERMS_HEADER)
        write_i64_le(out, order.order_id)
        write_i64_le(out, order.stop_price)
        write_i64_le(out, order.trailing_bips)
        write_i64_le(out, order.display_quantity)
        write_i64_le(out, order.expire_us)
        write_i64_le(out, list_id)

    def order_activated(self, market: i64, order_id: i64, account: i64, price: i64) -> None:
        out = self.out
        write_i64_le(out, ORDER_ACTIVATED_HEADER | market << 16)
        write_i64_le(out, order_id)
        write_i64_le(out, account)
        write_i64_le(out, price)

    def order_refused(self, market: i64, reason: i64, order_id: i64, account: i64) -> None:
        out = self.out
        write_i64_le(out, ORDER_REFUSED_HEADER | market << 16 | reason << 32)
        write_i64_le(out, order_id)
        write_i64_le(out, account)

    def order_amended(self, market: i64, order_id: i64, account: i64, quantity: i64, unfilled: i64) -> None:
        out = self.out
        write_i64_le(out, ORDER_AMENDED_HEADER | market << 16)
        write_i64_le(out, order_id)
        write_i64_le(out, account)
        write_i64_le(out, quantity)
        write_i64_le(out, unfilled)

    def order_closed(self, order_id: i64, account: i64, market: i64, status: i64, unfilled: i64) -> None:
        out = self.out
        write_i64_le(out, ORDER_CLOSED_HEADER | market << 16 | status << 32)
        write_i64_le(out, order_id)
        write_i64_le(out, account)
        write_i64_le(out, unfilled)

    def order_list_accepted(self, market: i64, kind: i64, list_id: i64, account: i64, client_id: bytes) -> None:
        """`client_id` with its zero bytes."""
        out = self.out
        write_i64_le(out, ORDER_LIST_ACCEPTED_HEADER | market << 16 | kind << 32)
        write_i64_le(out, list_id)
        write_i64_le(out, account)
        out.write(client_id)

    def order_list_closed(self, market: i64, list_id: i64, account: i64) -> None:
        out = self.out
        write_i64_le(out, ORDER_LIST_CLOSED_HEADER | market << 16)
        write_i64_le(out, list_id)
        write_i64_le(out, account)

    def cancel_timer_set(self, account: i64, due_us: i64) -> None:
        out = self.out
        write_i64_le(out, CANCEL_TIMER_SET_HEADER)
        write_i64_le(out, account)
        write_i64_le(out, due_us)

    def traded(self, market: i64, kinds: i64, trade_id: i64, price: i64, quantity: i64, quote_amount: i64) -> None:
        """The first half of a trade; `traded_by` must follow. `kinds` is the taker's side, and above it a byte each
        for whether the maker's and the taker's fee is in quote."""
        out = self.out
        write_i64_le(out, TRADED_HEADER | market << 16 | kinds << 32)
        write_i64_le(out, trade_id)
        write_i64_le(out, price)
        write_i64_le(out, quantity)
        write_i64_le(out, quote_amount)

    def traded_by(
        self, maker_order: i64, taker_order: i64, maker_account: i64, taker_account: i64, maker_fee: i64, taker_fee: i64
    ) -> None:
        out = self.out
        write_i64_le(out, maker_order)
        write_i64_le(out, taker_order)
        write_i64_le(out, maker_account)
        write_i64_le(out, taker_account)
        write_i64_le(out, maker_fee)
        write_i64_le(out, taker_fee)

    def match_prevented(self, market: i64, stp: i64, prevention_id: i64, price: i64) -> None:
        """The first half of a prevented match; `prevented_of` must follow."""
        out = self.out
        write_i64_le(out, MATCH_PREVENTED_HEADER | market << 16 | stp << 32)
        write_i64_le(out, prevention_id)
        write_i64_le(out, price)

    def prevented_of(
        self, maker_order: i64, taker_order: i64, maker_account: i64, taker_account: i64, maker_lots: i64, lots: i64
    ) -> None:
        out = self.out
        write_i64_le(out, maker_order)
        write_i64_le(out, taker_order)
        write_i64_le(out, maker_account)
        write_i64_le(out, taker_account)
        write_i64_le(out, maker_lots)
        write_i64_le(out, lots)

    def level_changed(self, market: i64, update_id: i64, side: i64, price: i64, quantity: i64) -> None:
        out = self.out
        write_i64_le(out, LEVEL_CHANGED_HEADER | market << 16 | side << 32)
        write_i64_le(out, update_id)
        write_i64_le(out, price)
        write_i64_le(out, quantity)
