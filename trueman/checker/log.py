"""Goes through a log from genesis on, frame by frame, and holds every event against what was told before it."""

from collections.abc import Callable
from typing import Any, Final

from trueman.checker.acceptance import Acceptance
from trueman.checker.asked import commands_of, orders_of
from trueman.checker.findings import DEADLINES, NUMBERS, Fault, Findings
from trueman.checker.floor import Floor
from trueman.checker.holds import Holds
from trueman.checker.lifecycle import Lifecycle
from trueman.checker.money import Money, movement_of
from trueman.checker.reasons import Reasons
from trueman.checker.roll import Roll
from trueman.checker.terms import TermsBook
from trueman.core import events as fact
from trueman.core.codec import decode_events
from trueman.core.commands import COMMAND_KINDS
from trueman.core.rejections import DEADLINE_PASSED, MALFORMED, OK, SKIPPED
from trueman.core.units import NONE

KIND_OF: Final = {record: kind for kind, record in COMMAND_KINDS.items()}


class LogChecker:
    """Feed it every frame from command 1 on; `faults` is what was wrong so far."""

    def __init__(self, ruleset: int) -> None:
        self._findings = Findings()
        self._findings.ruleset = ruleset
        self._money = Money(self._findings)
        self._terms = TermsBook()
        self._reasons = Reasons(self._findings)
        self._floor = Floor(self._findings, self._reasons)
        self._roll = Roll(self._findings, Holds(self._findings, self._floor, self._money), self._reasons)
        self._acceptance = Acceptance(self._findings, self._floor, self._terms, self._roll)
        self._orders = Lifecycle(self._findings, self._floor, self._money, self._roll)
        self._command: Any = None
        self._handlers: dict[type[Any], Callable[[Any], None]] = {
            fact.Moved: self._money.moved,
            fact.LevelChanged: self._floor.level,
            fact.Traded: self._orders.traded,
            fact.OrderClosed: self._orders.closed,
            fact.OrderAccepted: self._acceptance.accepted,
            fact.OrderTerms: self._acceptance.terms,
            fact.MatchPrevented: self._orders.prevented,
            fact.OrderActivated: self._orders.activated,
            fact.OrderRefused: self._orders.refused,
            fact.OrderAmended: self._orders.amended,
            fact.OrderListAccepted: self._acceptance.list_accepted,
            fact.PartDecided: self._part,
            fact.OrderListClosed: self._reasons.list_closed,
            fact.CancelTimerSet: self._reasons.timer,
            fact.MarketDefined: self._floor.defined,
            fact.MarketGuarded: self._floor.guarded,
            fact.AuctionCalled: self._floor.called,
            fact.AuctionUncrossed: self._floor.uncrossed,
            fact.FeeTierDefined: self._terms.tier_defined,
            fact.AccountDefined: self._terms.account_defined,
            fact.RulesetSwitched: self._switched,
        }

    @property
    def number(self) -> int:
        """Of the last command that was looked at."""
        return self._findings.number

    @property
    def trades(self) -> int:
        """Fills and preventions so far."""
        return sum(market.trades + market.preventions for market in self._floor.markets)

    @property
    def faults(self) -> list[Fault]:
        return self._findings.faults

    def check(self, time_us: int, commands: bytes, events: bytes) -> None:
        """The next frame of commands, and what it came to."""
        asked = iter(commands_of(commands))
        handlers, money = self._handlers, self._money
        for event in self._read(events):
            if type(event) is fact.Decided:
                self._begin(event, next(asked, None), time_us)
                continue
            if money.expected and type(event) is not fact.Moved:
                money.require_nothing_due()
            handler = handlers.get(type(event))
            try:
                if handler is not None:
                    handler(event)
            except LookupError:
                self._findings.say(NUMBERS, f"{event} is about something that there is not")
        self._end()

    def _read(self, events: bytes) -> list[fact.Event]:
        try:
            return decode_events(events)
        except ValueError as error:
            self._findings.say(NUMBERS, f"the results of the next frame cannot be read: {error}")
            return []

    def _begin(self, decided: fact.Decided, command: Any, time_us: int) -> None:
        self._end()
        findings = self._findings
        if decided.number != findings.number + 1 or decided.time_us != time_us:
            findings.say(NUMBERS, f"command {decided.number} at {decided.time_us} is decided after {findings.number}")
        findings.number, findings.time_us = decided.number, decided.time_us
        findings.is_skipped = decided.reason == SKIPPED
        self._command = None
        if command is None or decided.reason == MALFORMED:
            return
        answered = (KIND_OF[type(command)], command.tag, getattr(command, "account", NONE))
        if (decided.kind, decided.tag, decided.account) != answered:
            findings.say(NUMBERS, f"{command} is answered as {decided}")
        if decided.reason == OK and not decided.repeat_of:
            self._command = command
            self._money.asked = movement_of(command)
            self._take_on(command, decided.order_id)
        deadline_us = getattr(command, "deadline_us", 0)
        if 0 < deadline_us < decided.time_us and decided.reason not in (DEADLINE_PASSED, SKIPPED):
            findings.say(DEADLINES, f"decided at {decided.time_us} with {decided.reason}, due by {deadline_us}")

    def _part(self, told: fact.PartDecided) -> None:
        parts = getattr(self._command, "parts", ())
        if told.reason == OK and not told.repeat_of and told.part < len(parts):
            self._take_on(parts[told.part], told.order_id)

    def _take_on(self, command: Any, order_id: int) -> None:
        """A command, or a part of one, that was decided OK: its orders have to be accepted, or closed."""
        orders = orders_of(command)
        if orders and order_id != self._acceptance.accepted_so_far + 1:
            said = f"order {order_id} is decided on as number {self._acceptance.accepted_so_far + 1}"
            self._findings.say(NUMBERS, said, order_id)
        self._acceptance.asked.extend(orders)
        self._reasons.asked(command, order_id)

    def _switched(self, told: fact.RulesetSwitched) -> None:
        self._findings.ruleset = told.ruleset

    def _end(self) -> None:
        """Of a command."""
        self._money.require_nothing_due()
        self._money.end()
        self._floor.end()
        self._acceptance.end()
        self._orders.end()
        self._roll.end()
