"""Commands with parts: batches, and a cancel with the order that replaces it.

Each part is decided as a command of its own would be, and everything it sets off happens before the next part.
"""

from typing import Final, final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core import client_ids
from trueman.core.accounts import Accounts
from trueman.core.frames import (
    ACCOUNT_AT,
    CANCEL_ORDER_HEADER,
    HEADER_MASK,
    PARTS_DEADLINE_AT,
    small,
)
from trueman.core.kinds import BATCH_BYTES, next_part
from trueman.core.members import is_user
from trueman.core.messages import Order
from trueman.core.placing import read_order
from trueman.core.rejections import ACCOUNT_INVALID, CANCEL_FAILED, LIST_INVALID, OK
from trueman.core.results import Results
from trueman.core.trading import Trading
from trueman.core.units import ALLOW_FAILURE, BATCH_ORDERS_MAX, NONE, STOP_ON_FAILURE


@final
class Compounds:
    def __init__(self, accounts: Accounts, results: Results, trading: Trading) -> None:
        self.accounts: Final[Accounts] = accounts
        self.results: Final[Results] = results
        self.trading: Final[Trading] = trading
        self.order: Final[Order] = Order()

    def batch(self, frame: bytes, at: i64) -> None:
        count = small(read_i64_le(frame, at), 2)
        reason = self._refusal(frame, at, count)
        if reason == OK and (count == 0 or count > BATCH_ORDERS_MAX):
            reason = LIST_INVALID
        self.results.decided(reason, 0, 0)
        if reason != OK:
            return
        part = at + BATCH_BYTES
        index: i64 = 0
        while index < count:
            self._decide(frame, part, index)
            part = next_part(frame, part)
            index += 1
        self.results.end_parts()

    def cancel_replace(self, frame: bytes, at: i64) -> None:
        header = read_i64_le(frame, at)
        mode = small(header, 2)
        reason = self._refusal(frame, at, small(header, 3))
        if reason == OK and (mode > ALLOW_FAILURE or not is_cancel_and_order(frame, at)):
            reason = LIST_INVALID
        if reason != OK:
            self.results.decided(reason, 0, 0)
            return
        cancel = at + BATCH_BYTES
        order = next_part(frame, cancel)
        slot = self._repeated(frame, order)
        if slot != NONE:
            ids = self.accounts.client_ids
            self.results.decided(OK, ids.word(slot, client_ids.ORDER_ID), ids.word(slot, client_ids.NUMBER))
            return
        if self.accounts.rules.judges_replacement_first:
            reason = self.trading.refusal_before_cancel(frame, order)
            if reason != OK:
                self.results.decided(reason, 0, 0)
                return
        self._replace(frame, cancel, order, mode)

    def _replace(self, frame: bytes, cancel: i64, order: i64, mode: i64) -> None:
        """The decision names the new order, so it is written when the parts are decided, and they follow it."""
        results = self.results
        results.begin_early()
        self._decide(frame, cancel, 0)
        if self.trading.reason != OK and mode == STOP_ON_FAILURE:
            results.begin_part(read_i64_le(frame, order) & 0xFF, 1)
            results.decided(CANCEL_FAILED, 0, 0)
            self.trading.order_id = 0
        else:
            self._decide(frame, order, 1)
        results.end_parts()
        results.decided(OK, self.trading.order_id, 0)

    def _repeated(self, frame: bytes, at: i64) -> i64:
        """Where the id of an order is remembered that is a repeat, else NONE."""
        order = self.order
        read_order(frame, at, order)
        ids = self.accounts.client_ids
        slot = ids.find(ids.hash_of(order.account, order.client_id), order.account, order.client_id)
        if slot == NONE:
            return NONE
        is_repeat = self.trading.is_repeat(slot, read_i64_le(frame, at), order, 0)
        return slot if is_repeat else NONE

    def _decide(self, frame: bytes, at: i64, index: i64) -> None:
        header = read_i64_le(frame, at) & HEADER_MASK
        self.results.begin_part(header & 0xFF, index)
        if header == CANCEL_ORDER_HEADER:
            self.trading.cancel(frame, at)
        else:
            self.trading.place(frame, at)

    def _refusal(self, frame: bytes, at: i64, count: i64) -> i64:
        account = read_i64_le(frame, at + ACCOUNT_AT)
        reason = self.trading.late(read_i64_le(frame, at + PARTS_DEADLINE_AT))
        if reason != OK:
            return reason
        if not is_user(account):
            return ACCOUNT_INVALID
        part = at + BATCH_BYTES
        while count > 0:
            if read_i64_le(frame, part + ACCOUNT_AT) != account:
                return LIST_INVALID
            part = next_part(frame, part)
            count -= 1
        return OK


def is_cancel_and_order(frame: bytes, at: i64) -> bool:
    """Whether the two parts of a cancel-replace are a cancel and an order."""
    if small(read_i64_le(frame, at), 3) != 2:
        return False
    cancel = at + BATCH_BYTES
    order = next_part(frame, cancel)
    is_cancel = read_i64_le(frame, cancel) & HEADER_MASK == CANCEL_ORDER_HEADER
    return is_cancel and read_i64_le(frame, order) & HEADER_MASK != CANCEL_ORDER_HEADER
