"""The writer of result frames: one method an event, its fields in the order of the table in `events`."""

from typing import final

from librt.strings import BytesWriter, write_i64_le
from mypy_extensions import i64

from trueman.core.client_ids import KEY_WORDS
from trueman.core.frames import (
    ASSET_CREATED_HEADER,
    CODE_BYTES,
    DECIDED_HEADER,
    LEVEL_CHANGED_HEADER,
    MARKET_DEFINED_HEADER,
    MOVED_HEADER,
    ORDER_ACCEPTED_HEADER,
    ORDER_CLOSED_HEADER,
    SYMBOL_BYTES,
    TRADED_HEADER,
)
from trueman.core.markets import Asset, Market
from trueman.core.messages import Order
from trueman.core.units import NONE


@final
class Results:
    """The frame being written, and who is being answered."""

    def __init__(self) -> None:
        self.out: BytesWriter = BytesWriter()
        self.time_us: i64 = 0
        self.number: i64 = 0
        self.tag: i64 = 0
        self.kind: i64 = 0
        self.account: i64 = NONE

    def begin_frame(self, time_us: i64) -> None:
        self.out = BytesWriter()
        self.time_us = time_us

    def begin(self, number: i64, tag: i64, kind: i64, account: i64) -> None:
        """From here on `decided` answers this command."""
        self.number = number
        self.tag = tag
        self.kind = kind
        self.account = account

    def decided(self, reason: i64, order_id: i64, repeat_of: i64) -> None:
        out = self.out
        write_i64_le(out, DECIDED_HEADER)
        write_i64_le(out, self.number)
        write_i64_le(out, self.time_us)
        write_i64_le(out, self.tag)
        write_i64_le(out, self.kind)
        write_i64_le(out, self.account)
        write_i64_le(out, reason)
        write_i64_le(out, order_id)
        write_i64_le(out, repeat_of)

    def asset_created(self, asset: Asset) -> None:
        out = self.out
        write_i64_le(out, ASSET_CREATED_HEADER)
        write_i64_le(out, asset.number)
        write_i64_le(out, asset.decimals)
        out.write(asset.code.ljust(CODE_BYTES, b"\0"))

    def market_defined(self, market: Market) -> None:
        out = self.out
        write_i64_le(out, MARKET_DEFINED_HEADER)
        write_i64_le(out, market.number)
        write_i64_le(out, market.base)
        write_i64_le(out, market.quote)
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
        write_i64_le(out, market.status)
        out.write(market.symbol.ljust(SYMBOL_BYTES, b"\0"))

    def moved(
        self, asset: i64, source: i64, source_pot: i64, target: i64, target_pot: i64, amount: i64, cause: i64
    ) -> None:
        out = self.out
        write_i64_le(out, MOVED_HEADER)
        write_i64_le(out, asset)
        write_i64_le(out, source)
        write_i64_le(out, source_pot)
        write_i64_le(out, target)
        write_i64_le(out, target_pot)
        write_i64_le(out, amount)
        write_i64_le(out, cause)

    def order_accepted(self, order: Order, market: i64) -> None:
        out = self.out
        write_i64_le(out, ORDER_ACCEPTED_HEADER)
        write_i64_le(out, order.order_id)
        write_i64_le(out, order.account)
        write_i64_le(out, market)
        write_i64_le(out, order.side)
        write_i64_le(out, order.type)
        write_i64_le(out, order.time_in_force)
        write_i64_le(out, order.stp)
        write_i64_le(out, order.price)
        write_i64_le(out, order.quantity)
        write_i64_le(out, order.quote_quantity)
        client_key = order.client_key
        word: i64 = 1
        while word < KEY_WORDS:
            write_i64_le(out, client_key[word])
            word += 1

    def traded(self, market: i64, trade_id: i64, price: i64, quantity: i64, quote_amount: i64, taker_side: i64) -> None:
        """The first half of a trade; `traded_by` must follow."""
        out = self.out
        write_i64_le(out, TRADED_HEADER)
        write_i64_le(out, market)
        write_i64_le(out, trade_id)
        write_i64_le(out, price)
        write_i64_le(out, quantity)
        write_i64_le(out, quote_amount)
        write_i64_le(out, taker_side)

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

    def order_closed(self, order_id: i64, account: i64, market: i64, status: i64, unfilled: i64) -> None:
        out = self.out
        write_i64_le(out, ORDER_CLOSED_HEADER)
        write_i64_le(out, order_id)
        write_i64_le(out, account)
        write_i64_le(out, market)
        write_i64_le(out, status)
        write_i64_le(out, unfilled)

    def level_changed(self, market: i64, update_id: i64, side: i64, price: i64, quantity: i64) -> None:
        out = self.out
        write_i64_le(out, LEVEL_CHANGED_HEADER)
        write_i64_le(out, market)
        write_i64_le(out, update_id)
        write_i64_le(out, side)
        write_i64_le(out, price)
        write_i64_le(out, quantity)
