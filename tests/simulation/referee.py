"""Watches what is on disk, all the time: one chain, dense, in order of epochs, and just what a fresh core decides.

It keeps both logs from genesis on, so that a trim takes nothing from it, and folds every result into the plainest
possible book-keeping. Whatever contradicts is a violation, and ends the seed.
"""

from collections import defaultdict
from typing import NamedTuple

from tests.simulation.log_server import LogServer, at_once
from trueman.core.codec import Result, decode_results
from trueman.core.events import Moved, OrderAccepted, Traded
from trueman.core.exchange import Exchange
from trueman.core.units import AVAILABLE, OUTSIDE_ACCOUNT
from trueman.infra.log import CommandEntry, EventEntry


class Violation(AssertionError):
    """A promise was broken."""


class Placed(NamedTuple):
    order_id: int
    number: int
    executed: int
    """Lots that traded within the command that placed it."""


class Referee:
    def __init__(self, server: LogServer) -> None:
        self._server = server
        self.commands: list[CommandEntry] = []
        self.events: list[EventEntry] = []
        self.exchange: Exchange | None = None
        self.results: list[Result] = []
        """The result of command N at N - 1."""
        self.placed: defaultdict[tuple[int, str], list[Placed]] = defaultdict(list)
        """By account and client id: there must never be two while one of them is remembered."""
        self.pots: defaultdict[tuple[int, int, int], int] = defaultdict(int)
        self.moved: defaultdict[tuple[int, int], int] = defaultdict(int)
        """What came in from outside, by account and asset."""

    @property
    def decided(self) -> int:
        return self.events[-1].last if self.events else 0

    @property
    def time_us(self) -> int:
        return self.commands[-1].time_us if self.commands else 0

    def look(self, commands_end: int, events_end: int) -> None:
        """Take in what is on disk by now."""
        self._take_commands(commands_end)
        log = self._server.log
        fresh = [entry for entry in _after(log.events.entries, self.decided) if entry.last <= events_end]
        for entry in fresh:
            self._take_event(entry)

    def is_copy_of_refused(self, number: int) -> bool:
        """Whether a network that says things twice brought this command before, and it was refused then. What was
        refused is not remembered (decision 16): its copy is a new try, of which nobody hears an answer."""
        entry = next(one for one in self.commands if one.first <= number <= one.last)
        copies = (one for one in self.commands if one.last < entry.first and one.frame == entry.frame)
        return any(self.results[copy.first + number - entry.first - 1].decided.reason for copy in copies)

    def _take_commands(self, end: int) -> None:
        known = self.commands[-1].last if self.commands else 0
        for entry in _after(self._server.log.commands.entries, known):
            if entry.last > end:
                return
            before = self.commands[-1].time_us if self.commands else 0
            require(entry.first == known + 1, f"commands: after {known} comes {entry.first}")
            require(entry.time_us >= before, f"time goes back at command {entry.first}")
            self.commands.append(entry)
            known = entry.last

    def _take_event(self, entry: EventEntry) -> None:
        at = len(self.events)
        require(at < len(self.commands), f"results {entry.first} to {entry.last} without commands")
        command = self.commands[at]
        require(
            (entry.first, entry.last) == (command.first, command.last),
            f"results {entry.first} to {entry.last} beside commands {command.first} to {command.last}",
        )
        if self.events:
            before = self.events[-1].epoch
            require(entry.epoch >= before, f"results {entry.first} are of epoch {entry.epoch}, after {before}")
        if self.exchange is None:
            self.exchange = Exchange(at_once(self._server.log.genesis_ruleset()))
        frame = self.exchange.apply(command.first, command.last - command.first + 1, command.time_us, command.frame)
        require(frame == entry.frame, f"results {entry.first} to {entry.last} are not what a fresh core decides")
        require(self.exchange.chain == entry.chain, f"the chain breaks at {entry.last}")
        self.events.append(entry)
        for result in decode_results(entry.frame):
            self._fold(result)

    def _fold(self, result: Result) -> None:
        require(result.decided.number == len(self.results) + 1, f"result {result.decided.number} is out of turn")
        self.results.append(result)
        traded: defaultdict[int, int] = defaultdict(int)
        accepted: list[OrderAccepted] = []
        for event in result.events:
            if isinstance(event, Moved):
                self._move(event)
            elif isinstance(event, Traded):
                traded[event.maker_order] += event.quantity
                traded[event.taker_order] += event.quantity
            elif isinstance(event, OrderAccepted):
                accepted.append(event)
        for order in accepted:
            placed = Placed(order.order_id, result.decided.number, traded[order.order_id])
            self.placed[order.account, order.client_id].append(placed)

    def _move(self, moved: Moved) -> None:
        require(moved.amount > 0, "an amount that moves is more than nothing")
        giver = (moved.source, moved.asset, moved.source_pot)
        taker = (moved.target, moved.asset, moved.target_pot)
        self.pots[giver] -= moved.amount
        self.pots[taker] += moved.amount
        if moved.source != OUTSIDE_ACCOUNT:
            require(self.pots[giver] >= 0, f"account {moved.source} has {self.pots[giver]} of asset {moved.asset}")
        if moved.source == OUTSIDE_ACCOUNT:
            self.moved[moved.target, moved.asset] += moved.amount
        elif moved.target == OUTSIDE_ACCOUNT:
            self.moved[moved.source, moved.asset] -= moved.amount

    def require_conserved(self) -> None:
        """Every asset sums to zero, and the core's own books say the same as the plain ones."""
        assert self.exchange is not None
        sums: defaultdict[int, int] = defaultdict(int)
        for (_, asset, _), amount in self.pots.items():
            sums[asset] += amount
        require(not any(sums.values()), f"assets do not sum to zero: {dict(sums)}")
        plain = {key: amount for key, amount in self.pots.items() if amount}
        core = {
            (account, asset, pot): amount
            for account, asset, *pots in self.exchange.balances()
            for pot, amount in enumerate(pots, start=AVAILABLE)
            if amount
        }
        require(plain == core, "the core's balances are not what its own results moved")
        self.exchange.check()


def require(is_so: bool, what: str) -> None:
    if not is_so:
        raise Violation(what)


def _after(entries: list[CommandEntry] | list[EventEntry], number: int) -> list:  # type: ignore[type-arg]
    """The entries at the end of the list that begin after `number`."""
    at = len(entries)
    while at and entries[at - 1].first > number:
        at -= 1
    return entries[at:]
