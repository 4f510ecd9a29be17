"""The exchange as a state machine: a frame of commands in, a frame of results out.

One call after another, one state, no clock: `apply` is all that ever changes anything. The hash chain goes frame by
frame over what came in and what came out, so that two exchanges which agree on 16 bytes agree on their whole past.
"""

from hashlib import sha256
from typing import Final, final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.amending import Amending
from trueman.core.calendar import Calendar, renew
from trueman.core.check import check_exchange
from trueman.core.compounds import Compounds
from trueman.core.floor import Floor
from trueman.core.following import Following
from trueman.core.frames import (
    ACCOUNT_AT,
    AMEND_ORDER_HEADER,
    CANCEL_ALL_AFTER_HEADER,
    CANCEL_ALL_ORDERS_HEADER,
    CANCEL_NAMED_LIST_HEADER,
    CANCEL_ORDER_HEADER,
    CANCEL_ORDER_LIST_HEADER,
    CANCEL_REPLACE_HEADER,
    HEADER_MASK,
    PLACE_BATCH_HEADER,
    PLACE_ORDER_LIST_HEADER,
    TAG_AT,
    WORD_BYTES,
    words_of,
)
from trueman.core.funding import Funding
from trueman.core.governing import Governing
from trueman.core.joint_orders import JointOrders
from trueman.core.kinds import end_of, is_of_account, is_of_operator, is_of_terms, is_order, parts_end
from trueman.core.listing import Listing
from trueman.core.portrait import OpenOrder, balances, market_counters, open_orders
from trueman.core.rejections import MALFORMED
from trueman.core.results import Results
from trueman.core.rulesets import NEWEST_RULESET, Rules
from trueman.core.skipping import Skipping
from trueman.core.snapshot import DIGEST_BYTES, Header, body_digest, read_state, write_state
from trueman.core.sweeping import Sweeping
from trueman.core.trading import Trading
from trueman.core.units import NONE

if not __debug__:
    raise RuntimeError("the exchange proves every balance with assertions: start Python without -O")

GENESIS_CHAIN: Final = bytes(DIGEST_BYTES)


@final
class Exchange:
    """`sequence` is the number of the last command, `time_us` its log time, `chain` the hash over all frames."""

    def __init__(self, ruleset: i64 = NEWEST_RULESET) -> None:
        self.rules: Final[Rules] = Rules(ruleset)
        self.sequence: i64 = 0
        self.time_us: i64 = 0
        self.chain: bytes = GENESIS_CHAIN
        self.floor: Final[Floor] = Floor(ruleset)
        self.results: Final[Results] = Results(self.floor.bounds, self.rules)
        self.listing: Final[Listing] = Listing()
        self.accounts: Final[Accounts] = Accounts(self.results, self.rules)
        listing, accounts, floor, results = self.listing, self.accounts, self.floor, self.results
        self.funding: Final[Funding] = Funding(listing, accounts.ledger, accounts.members, accounts.sources, results)
        self.following: Final[Following] = Following(listing, accounts, floor, results)
        self.trading: Final[Trading] = Trading(listing, accounts, floor, results, self.following)
        self.amending: Final[Amending] = Amending(listing, accounts, floor, results, self.following, self.trading)
        self.compounds: Final[Compounds] = Compounds(accounts, results, self.trading)
        self.joint_orders: Final[JointOrders] = JointOrders(
            listing, accounts, floor, results, self.following, self.trading
        )
        self.sweeping: Final[Sweeping] = Sweeping(listing, accounts, results, self.following, self.trading)
        self.governing: Final[Governing] = Governing(
            self.rules, listing, accounts, floor, results, self.following, self.sweeping
        )
        self.calendar: Final[Calendar] = Calendar(
            listing, accounts, floor, self.following, self.sweeping, self.governing
        )
        self.skipping: Final[Skipping] = Skipping(listing, results, self.rules)

    @property
    def ruleset(self) -> int:
        """By which the next command is decided."""
        return self.rules.ruleset

    def apply(self, first: i64, count: i64, time_us: i64, frame: bytes) -> bytes:
        """Decide the `count` commands of a frame. What follows them in its bytes is ignored.

        After an exception, UnknownRuleset among them, this exchange decides nothing any more.
        """
        assert first == self.sequence + 1
        assert count > 0
        assert time_us >= self.time_us
        self.time_us = time_us
        self.results.begin_frame(time_us)
        at: i64 = 0
        left = count
        while left > 0:
            size = self._skip(frame, at) if self.sequence + 1 == self.skipping.next else self._decide(frame, at)
            if size == 0:
                break
            self._prove()
            at += size
            left -= 1
        while left > 0:
            self._answer_unreadable()
            self._prove()
            left -= 1
        result = self.results.frame.getvalue()
        self.chain = chained(self.chain, frame, result)
        if self.accounts.timers.is_mostly_stale():
            renew(self.listing, self.accounts, self.accounts.timers)
        return result

    def skip(self, number: i64) -> None:
        """Do not look at a command that is still to come; see `skipping`. Raise ValueError when it is decided."""
        if number <= self.sequence:
            raise ValueError(
                f"command {number} cannot be skipped: it is decided, and so is everything up to {self.sequence}"
            )
        self.skipping.add(number)

    def snapshot(self) -> bytes:
        """The whole state in canonical order, and its digest at the end."""
        body = self._state()
        return body + body_digest(body)

    @staticmethod
    def restore(snapshot: bytes) -> "Exchange":
        """Raise ValueError when the bytes are no whole snapshot, UnknownRuleset when this build lacks its rules."""
        exchange = Exchange()
        header = read_state(snapshot, exchange.rules, exchange.listing, exchange.accounts, exchange.floor)
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
        header = Header(self.rules.ruleset, self.sequence, self.time_us, self.chain)
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
        if is_order(kind):
            self._begin_of_account(header, frame, at)
            self.trading.place(frame, at)
        elif kind == CANCEL_ORDER_HEADER:
            self._begin_of_account(header, frame, at)
            self.trading.cancel(frame, at)
        elif is_of_account(kind, self.rules):
            end = parts_end(frame, at, at + size)
            if end == 0:
                return 0
            self._begin_of_account(header, frame, at)
            self._serve(kind, frame, at)
            size = end - at
        elif is_of_operator(kind):
            account = read_i64_le(frame, at + ACCOUNT_AT) if is_of_terms(kind) else NONE
            self._begin(header & 0xFF, read_i64_le(frame, at + TAG_AT), account)
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
            self.amending.amend(frame, at)
        elif kind == PLACE_ORDER_LIST_HEADER:
            self.joint_orders.place(frame, at)
        elif kind == PLACE_BATCH_HEADER:
            self.compounds.batch(frame, at)
        elif kind == CANCEL_REPLACE_HEADER:
            self.compounds.cancel_replace(frame, at)
        elif kind == CANCEL_ORDER_LIST_HEADER:
            self.sweeping.cancel_list(frame, at)
        elif kind == CANCEL_NAMED_LIST_HEADER:
            self.sweeping.cancel_named_list(frame, at)
        elif kind == CANCEL_ALL_AFTER_HEADER:
            self.sweeping.cancel_all_after(frame, at)
        else:
            self.funding.move(kind & 0xFF, frame, at)

    def _skip(self, frame: bytes, at: i64) -> i64:
        """Answer the command at `at` without looking at it. Return its bytes, or 0 when none can be read there."""
        end = end_of(frame, at, self.rules)
        if end == 0:
            return 0
        self.sequence += 1
        self.skipping.answer(self.sequence, frame, at)
        return end - at

    def _answer_unreadable(self) -> None:
        if self.sequence + 1 == self.skipping.next:
            self.sequence += 1
            self.skipping.answer_unreadable(self.sequence)
            return
        self._begin(0, 0, NONE)
        self.results.decided(MALFORMED, 0, 0)

    def _begin_of_account(self, header: i64, frame: bytes, at: i64) -> None:
        self._begin(header & 0xFF, read_i64_le(frame, at + TAG_AT), read_i64_le(frame, at + ACCOUNT_AT))

    def _begin(self, kind: i64, tag: i64, account: i64) -> None:
        """The next command; what has fallen due by its time happens before it is decided."""
        self.sequence += 1
        self.results.begin(self.sequence, tag, kind, account)
        self.floor.begin(self.sequence, self.time_us)
        self.following.activations = self.rules.activations_max
        if self.accounts.timers.has_due(self.time_us):
            self.results.begin_early()
            self.calendar.turn(self.time_us)


def chained(previous: bytes, commands: bytes, results: bytes) -> bytes:
    """Of the chain so far and a frame's commands and results, without copying them together."""
    digest = sha256(previous)
    digest.update(commands)
    digest.update(results)
    return digest.digest()[:DIGEST_BYTES]
