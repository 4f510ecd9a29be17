"""Did the exchange keep its word? Everything the load was told, held against the log from its first command on.

The log is read as it is, without the engine's code but for the record formats: each command with its result. What was
acknowledged must be in it exactly once and come to what was told; what was told to be nothing must not be in it; and
per account, and across all, what was over before another thing began has the smaller number.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from trueman.chaos.attempts import Attempt, History
from trueman.chaos.ends import Ends, Step
from trueman.chaos.money import ASSETS, BEGINNINGS, DECIMALS, Money, Movement
from trueman.chaos.spans import Span, Timeline
from trueman.core.codec import Result, decode_commands, decode_results
from trueman.core.commands import CancelReplace, PlaceOrder
from trueman.core.events import LevelChanged, MarketDefined, Moved
from trueman.core.units import AVAILABLE, BUY, HELD, RESERVED
from trueman.infra.log import Log
from trueman.wire import decimals
from trueman.wire.binance_errors import ANSWERS

READ_ENTRIES_MAX: Final = 64
FAULTS_TOLD_MAX: Final = 20


@dataclass
class Verdict:
    compared: int = 0
    """Operations that were looked up in the log."""
    faults: list[str] = field(default_factory=list)

    def require(self, holds: bool, otherwise: str) -> None:
        self.compared += 1
        if not holds:
            self.faults.append(otherwise)


async def steps_of(log: Log) -> list[Step]:
    """Raise Gap when the log is not whole: both logs are read from their first entry."""
    commands: list[Any] = []
    results: list[Result] = []
    while entries := await log.read_commands(len(commands), count=READ_ENTRIES_MAX):
        for entry in entries:
            commands += decode_commands(entry.frame)
    epoch = 0
    while events := await log.read_events(len(results), count=READ_ENTRIES_MAX):
        for event in events:
            assert event.epoch >= epoch, f"an engine of epoch {event.epoch} wrote after one of epoch {epoch}"
            epoch = event.epoch
            results += decode_results(event.frame)
    return [Step(number, *pair) for number, pair in enumerate(zip(commands, results, strict=True), 1)]


def book_of(steps: list[Step]) -> dict[str, dict[int, int]]:
    """The levels of the one market as the log's end has them: atoms of quote a whole unit, to atoms of base."""
    sides: dict[str, dict[int, int]] = {"b": {}, "a": {}}
    market: MarketDefined | None = None
    for step in steps:
        for event in step.result.events:
            if isinstance(event, MarketDefined):
                market = event
            elif isinstance(event, LevelChanged) and market is not None:
                levels, price = sides["b" if event.side == BUY else "a"], event.price * market.tick_size_atoms
                if event.quantity:
                    levels[price] = event.quantity * market.lot_atoms
                else:
                    levels.pop(price, None)
    return sides


def shown_book(sides: dict[str, dict[str, str]]) -> dict[str, dict[int, int]]:
    """What a reader of streams has, in the same numbers."""
    return {
        side: {
            decimals.parse(price, DECIMALS): decimals.parse(quantity, DECIMALS) for price, quantity in levels.items()
        }
        for side, levels in sides.items()
    }


class Judge:
    def __init__(self, history: History, steps: list[Step]) -> None:
        self._history = history
        self._steps = steps
        self._ends = Ends(steps)
        self._orders: dict[tuple[int, str], list[Step]] = defaultdict(list)
        """Commands that would place an order, by whose and by which name."""
        self.number_of: dict[str, int] = {}
        """Where in the log an attempt was decided, by its client id."""
        for step in steps:
            assert step.result.decided.number == step.number
            self._read(step.command, step)
        carried_out = (step for step in steps if not (step.result.decided.reason or step.result.decided.repeat_of))
        self._money = Money(Movement(step.number, step.command) for step in carried_out)

    def _read(self, command: Any, step: Step) -> None:
        if isinstance(command, CancelReplace):
            for part in command.parts:
                self._read(part, step)
        elif isinstance(command, PlaceOrder):
            self._orders[command.account, command.client_id].append(step)

    def judge(self) -> Verdict:
        verdict = Verdict()
        for attempt in self._history.attempts:
            if attempt.kind in ("order", "replace"):
                self._judge_order(attempt, verdict)
            elif attempt.kind != "cancel":
                self._judge_money(attempt, verdict)
        times = self._timeline()
        for attempt in self._history.attempts:
            if attempt.about:
                self._judge_cancel(attempt, times.span(attempt.invoked, attempt.answered), verdict)
        for order_id, ends in self._ends.closed.items():
            verdict.require(len(ends) == 1, f"order {order_id} ended {len(ends)} times: {ends}")
        for look in self._history.looks:
            fault = self._ends.fault_of_look(look)
            verdict.require(not fault, fault)
        verdict.faults += self._money.faults(self._history)
        self._judge_times(verdict)
        self._judge_readings(verdict)
        return verdict

    def _judge_order(self, attempt: Attempt, verdict: Verdict) -> None:
        name = (attempt.account, attempt.client_id)
        found, who = self._ends.accepted[name], f"{attempt.kind} {attempt.client_id}"
        if attempt.outcome != "acknowledged":
            verdict.require(not found, f"{who} was told to be {attempt.outcome} ({attempt.code}), and is in the log")
            self._judge_refusal(attempt, self._orders[name], verdict)
            return
        verdict.require(len(found) == 1, f"{who} was acknowledged and is {len(found)} times in the log")
        for number, event in found:
            self.number_of[attempt.client_id] = number
            told = attempt.told.get("newOrderResponse", attempt.told)
            verdict.require(told["orderId"] == event.order_id, f"{who} was told the id of another order")
            if "fills" in told:
                fault = self._ends.fault_of_fills(attempt, number, event.order_id)
                verdict.require(not fault, fault)

    def _judge_refusal(self, attempt: Attempt, asked: list[Step], verdict: Verdict) -> None:
        """Of an order that is not there: nobody wrote it, or the engine refused it, for the reason that was told."""
        if attempt.outcome == "nothing" and not attempt.resolved_later:
            verdict.require(not asked, f"{attempt.kind} {attempt.client_id} was told not to be written, and was")
        elif attempt.outcome == "refused" and asked and attempt.kind == "order":
            codes = {ANSWERS[step.result.decided.reason].code for step in asked if step.result.decided.reason}
            told = f"order {attempt.client_id} was refused with {attempt.code}, in the log with {codes}"
            verdict.require(attempt.code in codes, told)

    def _judge_cancel(self, attempt: Attempt, span: Span, verdict: Verdict) -> None:
        fault = self._ends.fault_of(attempt, span)
        verdict.require(not fault, fault)
        if attempt.kind == "cancel" and attempt.outcome == "acknowledged" and not fault:
            self.number_of[attempt.client_id] = self._ends.cancelled_at(attempt)

    def _judge_money(self, attempt: Attempt, verdict: Verdict) -> None:
        if attempt.outcome != "acknowledged":
            return
        who = f"{attempt.kind} {attempt.client_id}"
        found = self._money.named(attempt.told["id"])
        verdict.require(len(found) == 1, f"{who} was acknowledged and is {len(found)} times in the log")
        for number, command in found:
            self.number_of[attempt.client_id] = number
            wanted = (ASSETS[attempt.told["asset"]], decimals.parse(attempt.told["amount"], DECIMALS))
            is_so = isinstance(command, BEGINNINGS[attempt.kind]) and (command.asset, command.amount) == wanted
            verdict.require(is_so, f"{who} moved something else")

    def _judge_times(self, verdict: Verdict) -> None:
        """What was answered before something else was asked has the smaller number: the log is what happened."""
        known = [attempt for attempt in self._history.attempts if attempt.client_id in self.number_of]
        by_answer = sorted((a for a in known if not a.resolved_later), key=lambda attempt: attempt.answered)
        at, newest = 0, 0
        for attempt in sorted(known, key=lambda attempt: attempt.invoked):
            while at < len(by_answer) and by_answer[at].answered < attempt.invoked:
                newest = max(newest, self.number_of[by_answer[at].client_id])
                at += 1
            number = self.number_of[attempt.client_id]
            verdict.require(number > newest, f"{attempt.client_id} is {number}, but {newest} was answered before it")

    def _judge_readings(self, verdict: Verdict) -> None:
        """What an account was told that it has, it had at some moment between question and answer."""
        had, times = self._balances(), self._timeline()
        for reading in self._history.readings:
            span = times.span(reading.invoked, reading.answered)
            told = {code: (reading.free[code], reading.locked[code]) for code in ASSETS}
            is_possible = told in _during(had[reading.account], span)
            verdict.require(is_possible, f"account {reading.account} was told {told}, which it never had then")

    def _timeline(self) -> Timeline:
        known = (a for a in self._history.attempts if a.client_id in self.number_of and not a.resolved_later)
        return Timeline(((a.invoked, a.answered, self.number_of[a.client_id]) for a in known), len(self._steps))

    def _balances(self) -> dict[int, list[tuple[int, dict[str, tuple[str, str]]]]]:
        """Of every account, what it had from each number on."""
        pots: dict[tuple[int, int, int], int] = defaultdict(int)
        had: dict[int, list[tuple[int, dict[str, tuple[str, str]]]]] = defaultdict(list)
        for account in {attempt.account for attempt in self._history.attempts}:
            had[account].append((0, _told(pots, account)))
        for step in self._steps:
            touched = set()
            for event in step.result.events:
                if isinstance(event, Moved):
                    pots[event.source, event.asset, event.source_pot] -= event.amount
                    pots[event.target, event.asset, event.target_pot] += event.amount
                    touched |= {event.source, event.target} & had.keys()
            for account in touched:
                had[account].append((step.number, _told(pots, account)))
        return had


def _told(pots: dict[tuple[int, int, int], int], account: int) -> dict[str, tuple[str, str]]:
    return {
        code: (
            decimals.text(pots[account, asset, AVAILABLE], DECIMALS),
            decimals.text(pots[account, asset, HELD] + pots[account, asset, RESERVED], DECIMALS),
        )
        for code, asset in ASSETS.items()
    }


def _during(had: list[tuple[int, dict[str, tuple[str, str]]]], span: Span) -> list[dict[str, tuple[str, str]]]:
    """The states that held at some moment within the span."""
    first = bisect_right(had, span.least, key=lambda state: state[0]) - 1
    until = bisect_left(had, span.most, key=lambda state: state[0])
    return [balances for _, balances in had[first:until]]
