"""The exchange as a state machine: a frame of commands in, a frame of results out.

One call after another, one state, no clock: `apply` is all that ever changes anything. The hash chain goes frame by
frame over what came in and what came out, so that two exchanges which agree on 16 bytes agree on their whole past.
"""

from hashlib import sha256
from typing import Final, final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.calendar import Calendar, renew
from trueman.core.check import check_exchange
from trueman.core.compounds import BATCH_BYTES, Compounds, parts_end
from trueman.core.floor import Floor
from trueman.core.following import Following
from trueman.core.frames import (
    ACCOUNT_AT,
    AMEND_ORDER_HEADER,
    CANCEL_ALL_AFTER_HEADER,
    CANCEL_ALL_ORDERS_HEADER,
    CANCEL_ORDER_HEADER,
    CANCEL_ORDER_LIST_HEADER,
    CANCEL_REPLACE_HEADER,
    DEPOSIT_HEADER,
    HEADER_MASK,
    PLACE_BATCH_HEADER,
    PLACE_ORDER_HEADER,
    PLACE_ORDER_LIST_HEADER,
    PLACE_ORDER_WITH_TERMS_HEADER,
    RELEASE_WITHDRAWAL_HEADER,
    RESERVE_WITHDRAWAL_HEADER,
    SETTLE_WITHDRAWAL_HEADER,
    TAG_AT,
    TRANSFER_HEADER,
    WITHDRAW_HEADER,
    WORD_BYTES,
    small,
    words_of,
)
from trueman.core.funding import Funding
from trueman.core.governing import Governing
from trueman.core.joint_orders import LIST_BYTES, JointOrders
from trueman.core.listing import Listing
from trueman.core.portrait import OpenOrder, balances, market_counters, open_orders
from trueman.core.rejections import MALFORMED
from trueman.core.results import Results
from trueman.core.snapshot import DIGEST_BYTES, Header, body_digest, read_state, write_state
from trueman.core.sweeping import Sweeping
from trueman.core.trading import Trading
from trueman.core.units import ACTIVATIONS_MAX, NONE

if not __debug__:
    raise RuntimeError("the exchange proves every balance with assertions: start Python without -O")

GENESIS_CHAIN: Final = bytes(DIGEST_BYTES)


@final
class Exchange:
    """`sequence` is the number of the last command, `time_us` its log time, `chain` the hash over all frames."""

    def __init__(self) -> None:
        self.sequence: i64 = 0
        self.time_us: i64 = 0
        self.chain: bytes = GENESIS_CHAIN
        self.floor: Final[Floor] = Floor()
        self.results: Final[Results] = Results(self.floor.bounds)
        self.listing: Final[Listing] = Listing()
        self.accounts: Final[Accounts] = Accounts(self.results)
        listing, accounts, floor, results = self.listing, self.accounts, self.floor, self.results
        self.funding: Final[Funding] = Funding(listing, accounts.ledger, accounts.members, accounts.sources, results)
        self.following: Final[Following] = Following(listing, accounts, floor, results)
        self.trading: Final[Trading] = Trading(listing, accounts, floor, results, self.following)
        self.compounds: Final[Compounds] = Compounds(accounts, results, self.trading)
        self.joint_orders: Final[JointOrders] = JointOrders(
            listing, accounts, floor, results, self.following, self.trading
        )
        self.sweeping: Final[Sweeping] = Sweeping(listing, accounts, results, self.following, self.trading)
        self.governing: Final[Governing] = Governing(listing, accounts, floor, results, self.following, self.sweeping)
        self.calendar: Final[Calendar] = Calendar(
            listing, accounts, floor, self.following, self.sweeping, self.governing
        )

    def apply(self, first: i64, count: i64, time_us: i64, frame: bytes) -> bytes:
        """Decide the `count` commands of a frame. What follows them in its bytes is ignored."""
        assert first == self.sequence + 1
        assert count > 0
        assert time_us >= self.time_us
        self.time_us = time_us
        self.results.begin_frame(time_us)
        at: i64 = 0
        left = count
        while left > 0:
            size = self._decide(frame, at)
            if size == 0:
                break
            self._prove()
            at += size
            left -= 1
        while left > 0:
            self._begin(0, 0, NONE)
            self.results.decided(MALFORMED, 0, 0)
            self._prove()
            left -= 1
        result = self.results.frame.getvalue()
        self.chain = chained(self.chain, frame, result)
        if self.accounts.timers.is_mostly_stale():
            renew(self.listing, self.accounts, self.accounts.timers)
        return result

    def snapshot(self) -> bytes:
        """The whole state in canonical order, and its digest at the end."""
        body = self._state()
        return body + body_digest(body)

    @staticmethod
    def restore(snapshot: bytes) -> "Exchange":
        """Raise ValueError when the bytes are no whole snapshot of this version."""
        exchange = Exchange()
        header = read_state(snapshot, exchange.listing, exchange.accounts, exchange.floor)
        exchange.sequence = header.sequence
        exchange.time_us = header.time_us
        exchange.chain = header.chain
        return exchange

    def digest(self) -> bytes:
        """Equal wherever the same log was applied, also after a restore."""
        return body_digest(self._state())

    def check(self) -> None:
        """Walk through everything and assert that it holds together."""
        assert len(self.chain) == DIGEST_BYTES
        assert self.sequence >= 0
        check_exchange(self.listing, self.accounts, self.floor)

    def balances(self) -> list[tuple[int, int, int, int, int]]:
        """(account, asset, available, held, reserved) of every account that has something, OUTSIDE included."""
        return balances(self.accounts)

    def open_orders(self) -> list[OpenOrder]:
        """Oldest first."""
        return open_orders(self.accounts)

    def market_counters(self) -> list[tuple[int, int, int]]:
        """(market, last trade id, last update id) of every market."""
        return market_counters(self.floor)

    def _state(self) -> bytes:
        header = Header(self.sequence, self.time_us, self.chain)
        return write_state(header, self.listing, self.accounts, self.floor)

    def _decide(self, frame: bytes, at: i64) -> i64:
        """Decide the command at `at`. Return its bytes, or 0 when none can be read there."""
        if at + WORD_BYTES > len(frame):
            return 0
        header = read_i64_le(frame, at)
        size = words_of(header) * WORD_BYTES
        if size == 0 or at + size > len(frame):
            return 0
        kind = header & HEADER_MASK
        if kind in (PLACE_ORDER_HEADER, PLACE_ORDER_WITH_TERMS_HEADER):
            self._begin_of_account(header, frame, at)
            self.trading.place(frame, at)
        elif kind == CANCEL_ORDER_HEADER:
            self._begin_of_account(header, frame, at)
            self.trading.cancel(frame, at)
        elif is_of_account(kind):
            end = self._parts_end(header, frame, at)
            if end == 0:
                return 0
            self._begin_of_account(header, frame, at)
            self._serve(kind, frame, at)
            size = end - at
        elif self.governing.knows(kind):
            self._begin(header & 0xFF, read_i64_le(frame, at + TAG_AT), self.governing.account(kind, frame, at))
            self.governing.govern(kind, frame, at)
        else:
            return 0
        return size

    def _prove(self) -> None:
        """What a command may never break, at the price of a few comparisons; `check` walks through the rest."""
        accounts, results = self.accounts, self.results
        ledger = accounts.ledger
        ledger.check_balanced()
        assert results.moves == ledger.moves
        assert results.moves_amounts == ledger.moved
        assert results.decisions == 1
        assert accounts.tickets.in_market == self.floor.orders.count
        assert not results.is_early
        assert results.part == NONE
        assert accounts.lists.first_touched == NONE

    def _serve(self, kind: i64, frame: bytes, at: i64) -> None:
        """Decide what an account asks more rarely."""
        if kind == CANCEL_ALL_ORDERS_HEADER:
            self.sweeping.cancel_all(frame, at)
        elif kind == AMEND_ORDER_HEADER:
            self.trading.amend(frame, at)
        elif kind == PLACE_ORDER_LIST_HEADER:
            self.joint_orders.place(frame, at)
        elif kind == PLACE_BATCH_HEADER:
            self.compounds.batch(frame, at)
        elif kind == CANCEL_REPLACE_HEADER:
            self.compounds.cancel_replace(frame, at)
        elif kind == CANCEL_ORDER_LIST_HEADER:
            self.sweeping.cancel_list(frame, at)
        elif kind == CANCEL_ALL_AFTER_HEADER:
            self.sweeping.cancel_all_after(frame, at)
        else:
            self.funding.move(kind & 0xFF, frame, at)

    def _parts_end(self, header: i64, frame: bytes, at: i64) -> i64:
        """Where a command ends with its parts; 0 when they cannot be read."""
        kind = header & HEADER_MASK
        if kind == PLACE_BATCH_HEADER:
            return parts_end(frame, at + BATCH_BYTES, small(header, 2), True)
        if kind == CANCEL_REPLACE_HEADER:
            return parts_end(frame, at + BATCH_BYTES, small(header, 3), True)
        if kind == PLACE_ORDER_LIST_HEADER:
            return parts_end(frame, at + LIST_BYTES, small(header, 5), False)
        return at + words_of(header) * WORD_BYTES

    def _begin_of_account(self, header: i64, frame: bytes, at: i64) -> None:
        self._begin(header & 0xFF, read_i64_le(frame, at + TAG_AT), read_i64_le(frame, at + ACCOUNT_AT))

    def _begin(self, kind: i64, tag: i64, account: i64) -> None:
        """The next command; what has fallen due by its time happens before it is decided."""
        self.sequence += 1
        self.results.begin(self.sequence, tag, kind, account)
        self.floor.begin(self.sequence, self.time_us)
        self.following.activations = ACTIVATIONS_MAX
        if self.accounts.timers.has_due(self.time_us):
            self.results.begin_early()
            self.calendar.turn(self.time_us)


def is_of_account(kind: i64) -> bool:
    """Whether a command has an account that asks, and is none of the two that come most."""
    if kind in (CANCEL_ALL_ORDERS_HEADER, AMEND_ORDER_HEADER, CANCEL_ALL_AFTER_HEADER):
        return True
    if kind in (PLACE_ORDER_LIST_HEADER, PLACE_BATCH_HEADER, CANCEL_REPLACE_HEADER):
        return True
    if kind == CANCEL_ORDER_LIST_HEADER:
        return True
    return is_of_money(kind)


def is_of_money(kind: i64) -> bool:
    if kind in (DEPOSIT_HEADER, WITHDRAW_HEADER, TRANSFER_HEADER):
        return True
    return kind in (RESERVE_WITHDRAWAL_HEADER, SETTLE_WITHDRAWAL_HEADER, RELEASE_WITHDRAWAL_HEADER)


def chained(previous: bytes, commands: bytes, results: bytes) -> bytes:
    """Of the chain so far and a frame's commands and results, without copying them together."""
    digest = sha256(previous)
    digest.update(commands)
    digest.update(results)
    return digest.digest()[:DIGEST_BYTES]
