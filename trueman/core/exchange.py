"""The exchange as a state machine: a frame of commands in, a frame of results out.

One call after another, one state, no clock: `apply` is all that ever changes anything. The hash chain goes frame by
frame over what came in and what came out, so that two exchanges which agree on 16 bytes agree on their whole past.
"""

from hashlib import blake2b
from typing import Final, final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.check import check_exchange
from trueman.core.floor import Floor
from trueman.core.frames import (
    ACCOUNT_AT,
    CANCEL_ALL_ORDERS_HEADER,
    CANCEL_ORDER_HEADER,
    CHANGE_MARKET_HEADER,
    CREATE_ASSET_HEADER,
    CREATE_MARKET_HEADER,
    DEPOSIT_HEADER,
    HEADER_BYTES,
    PLACE_ORDER_HEADER,
    SET_MARKET_STATUS_HEADER,
    TAG_AT,
    WITHDRAW_HEADER,
)
from trueman.core.funding import Funding
from trueman.core.listing import Listing
from trueman.core.portrait import OpenOrder, balances, market_counters, open_orders
from trueman.core.rejections import MALFORMED, OK
from trueman.core.results import Results
from trueman.core.snapshot import DIGEST_BYTES, Header, body_digest, read_state, write_state
from trueman.core.trading import Trading
from trueman.core.units import NONE

if not __debug__:
    raise RuntimeError("the exchange proves every balance with assertions: start Python without -O")

GENESIS_CHAIN: Final = bytes(DIGEST_BYTES)
KIND_MASK: Final = 0xFFFF_FFFF


@final
class Exchange:
    """`sequence` is the number of the last command, `time_us` its log time, `chain` the hash over all frames."""

    def __init__(self) -> None:
        self.sequence: i64 = 0
        self.time_us: i64 = 0
        self.chain: bytes = GENESIS_CHAIN
        self.results: Results = Results()
        self.listing: Listing = Listing()
        self.accounts: Accounts = Accounts(self.results)
        self.floor: Floor = Floor()
        self.funding: Funding = Funding(self.listing, self.accounts, self.results)
        self.trading: Trading = Trading(self.listing, self.accounts, self.floor, self.results)

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
            at += size
            left -= 1
        while left > 0:
            self._refuse_unreadable()
            left -= 1
        result = self.results.out.getvalue()
        self.chain = chained(self.chain, frame, result)
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

    def balances(self) -> list[tuple[int, int, int, int]]:
        """(account, asset, available, held) of every account that has something, OUTSIDE included, in that order."""
        return balances(self.accounts)

    def open_orders(self) -> list[OpenOrder]:
        """Oldest first."""
        return open_orders(self.accounts, self.floor)

    def market_counters(self) -> list[tuple[int, int, int]]:
        """(market, last trade id, last update id) of every market."""
        return market_counters(self.floor)

    def _state(self) -> bytes:
        header = Header(self.sequence, self.time_us, self.chain)
        return write_state(header, self.listing, self.accounts, self.floor)

    def _decide(self, frame: bytes, at: i64) -> i64:
        """Decide the command at `at`. Return its bytes, or 0 when none can be read there."""
        if at + HEADER_BYTES > len(frame):
            return 0
        header = read_i64_le(frame, at)
        size = header >> 32
        if size < HEADER_BYTES or at + size > len(frame):
            return 0
        if not self._trade(header, frame, at) and not self._govern(header, frame, at):
            return 0
        self.accounts.ledger.check_balanced()
        return size

    def _trade(self, header: i64, frame: bytes, at: i64) -> bool:
        """Decide what an account asks; say whether it was such a command."""
        if header == PLACE_ORDER_HEADER:
            self._begin(header, frame, at, read_i64_le(frame, at + ACCOUNT_AT))
            self.trading.place(frame, at)
        elif header == CANCEL_ORDER_HEADER:
            self._begin(header, frame, at, read_i64_le(frame, at + ACCOUNT_AT))
            self.trading.cancel(frame, at)
        elif header == CANCEL_ALL_ORDERS_HEADER:
            self._begin(header, frame, at, read_i64_le(frame, at + ACCOUNT_AT))
            self.trading.cancel_all(frame, at)
        elif header in (DEPOSIT_HEADER, WITHDRAW_HEADER):
            self._begin(header, frame, at, read_i64_le(frame, at + ACCOUNT_AT))
            self.funding.move(frame, at, header == DEPOSIT_HEADER)
        else:
            return False
        return True

    def _govern(self, header: i64, frame: bytes, at: i64) -> bool:
        """Decide what the operator asks; say whether it was such a command."""
        if header == CREATE_ASSET_HEADER:
            self._begin(header, frame, at, NONE)
            self._create_asset(frame, at)
        elif header == CREATE_MARKET_HEADER:
            self._begin(header, frame, at, NONE)
            self._create_market(frame, at)
        elif header == CHANGE_MARKET_HEADER:
            self._begin(header, frame, at, NONE)
            self._changed(self.listing.change_market(frame, at), read_i64_le(frame, at + 16))
        elif header == SET_MARKET_STATUS_HEADER:
            self._begin(header, frame, at, NONE)
            market = read_i64_le(frame, at + 16)
            self._changed(self.listing.set_status(market, read_i64_le(frame, at + 24)), market)
        else:
            return False
        return True

    def _begin(self, header: i64, frame: bytes, at: i64, account: i64) -> None:
        self.sequence += 1
        self.results.begin(self.sequence, read_i64_le(frame, at + TAG_AT), header & KIND_MASK, account)

    def _create_asset(self, frame: bytes, at: i64) -> None:
        reason = self.listing.create_asset(frame, at)
        self.results.decided(reason, 0, 0)
        if reason == OK:
            asset = self.listing.assets[-1]
            self.accounts.ledger.add_asset(asset.number)
            self.results.asset_created(asset)

    def _create_market(self, frame: bytes, at: i64) -> None:
        reason = self.listing.create_market(frame, at)
        if reason == OK:
            self.floor.open(self.listing.markets[-1])
        self._changed(reason, len(self.listing.markets) - 1)

    def _changed(self, reason: i64, market: i64) -> None:
        self.results.decided(reason, 0, 0)
        if reason == OK:
            self.results.market_defined(self.listing.markets[market])

    def _refuse_unreadable(self) -> None:
        self.sequence += 1
        self.results.begin(self.sequence, 0, 0, NONE)
        self.results.decided(MALFORMED, 0, 0)


def chained(previous: bytes, commands: bytes, results: bytes) -> bytes:
    """Of the chain so far and a frame's commands and results, without copying them together."""
    digest = blake2b(previous, digest_size=DIGEST_BYTES)
    digest.update(commands)
    digest.update(results)
    return digest.digest()
