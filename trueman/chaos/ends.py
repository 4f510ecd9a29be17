"""How orders ended, as the log has it: what was told of cancels and replacements, and of orders when all was over.

Of every order the load asks once at most that it be cancelled, whatever it then has to ask again to learn the outcome.
So a cancel that was refused, or never written, must have ended nothing, and one that was done must be what ended it.
"""

from collections import defaultdict
from typing import Any, Final, NamedTuple

from trueman.chaos.attempts import Attempt, Look
from trueman.chaos.spans import Span
from trueman.core.codec import Result
from trueman.core.commands import CancelOrder, CancelReplace
from trueman.core.events import MarketDefined, OrderAccepted, OrderClosed, Traded
from trueman.core.units import CANCELED, EXPIRED, EXPIRED_IN_MATCH, FILLED
from trueman.wire import decimals

UNKNOWN_ORDER: Final = -2011
PARTLY_FAILED: Final = -2021
WORDS: Final = {
    FILLED: "FILLED",
    CANCELED: "CANCELED",
    EXPIRED: "EXPIRED",
    EXPIRED_IN_MATCH: "EXPIRED_IN_MATCH",
}
Named = tuple[int, str]
"""An account, and its own name for an order."""


class Step(NamedTuple):
    """One command of the log and what it came to."""

    number: int
    command: Any
    result: Result


class Ends:
    def __init__(self, steps: list[Step]) -> None:
        self.accepted: dict[Named, list[tuple[int, OrderAccepted]]] = defaultdict(list)
        self.closed: dict[int, list[tuple[int, OrderClosed]]] = defaultdict(list)
        self._cancels: dict[Named, list[Step]] = defaultdict(list)
        self._traded: dict[int, int] = defaultdict(int)
        self._trades: dict[int, list[tuple[int, int]]] = defaultdict(list)
        """Of an order: in which command, and the trade's number."""
        self._lot_atoms, self._decimals = 1, 0
        for step in steps:
            self._read(step)

    def _read(self, step: Step) -> None:
        parts = step.command.parts if isinstance(step.command, CancelReplace) else (step.command,)
        for part in parts:
            if isinstance(part, CancelOrder):
                self._cancels[step.command.account, part.client_id].append(step)
        for event in step.result.events:
            if isinstance(event, OrderAccepted):
                self.accepted[event.account, event.client_id].append((step.number, event))
            elif isinstance(event, OrderClosed):
                self.closed[event.order_id].append((step.number, event))
            elif isinstance(event, Traded):
                self._traded[event.taker_order] += event.quantity
                self._traded[event.maker_order] += event.quantity
                for order_id in {event.taker_order, event.maker_order}:
                    self._trades[order_id].append((step.number, event.trade_id))
            elif isinstance(event, MarketDefined):
                self._lot_atoms = event.lot_atoms

    def cancelled_at(self, attempt: Attempt) -> int:
        """The command of ours that ended the order which the attempt is about; 0: none did."""
        ours = {step.number for step in self._cancels[attempt.account, attempt.about]}
        return next((number for number in self._ends_of(attempt) if number in ours), 0)

    def fault_of_fills(self, attempt: Attempt, number: int, order_id: int) -> str:
        """Told at once, they are those of the command that placed the order. Asked for again under its name, the order
        is told as it stands by then: with what has met it since."""
        told = [fill["tradeId"] for fill in attempt.told.get("newOrderResponse", attempt.told)["fills"]]
        at_once = [trade for when, trade in self._trades[order_id] if when == number]
        until_then = [trade for _, trade in self._trades[order_id]][: len(told)] if attempt.resolved_later else at_once
        is_so = told == until_then and len(told) >= len(at_once)
        return "" if is_so else f"{attempt.kind} {attempt.client_id} was told other fills than it had: {told}"

    def _ends_of(self, attempt: Attempt) -> list[int]:
        orders = self.accepted[attempt.account, attempt.about]
        return [number for _, event in orders for number, _ in self.closed.get(event.order_id, ())]

    def fault_of(self, attempt: Attempt, span: Span) -> str:
        """What was told of a cancel, or of the cancel in a replacement, and is not so."""
        done, who = self.cancelled_at(attempt), f"the {attempt.kind} of {attempt.about}"
        if attempt.outcome == "acknowledged" or (attempt.code == PARTLY_FAILED and not attempt.resolved_later):
            ends = len(self._ends_of(attempt))
            return "" if done and ends == 1 else f"{who} was acknowledged; it ended {ends} times, by us at {done}"
        if attempt.kind == "replace" and attempt.resolved_later:
            return ""  # asked twice: of its two halves the first time may have done one
        if done:
            return f"{who} was told to be {attempt.outcome} ({attempt.code}), and was done at {done}"
        asked = self._cancels[attempt.account, attempt.about]
        if attempt.outcome == "nothing" and asked:
            return f"{who} was told not to be written, and is in the log at {asked[0].number}"
        if attempt.code == UNKNOWN_ORDER and self._was_open_throughout(attempt, span):
            return f"{who} was refused as if there were no such order, and there was one all the time"
        return ""

    def _was_open_throughout(self, attempt: Attempt, span: Span) -> bool:
        for number, event in self.accepted[attempt.account, attempt.about]:
            ended = min((end for end, _ in self.closed.get(event.order_id, ())), default=span.most)
            if number <= span.least and ended >= span.most:
                return True
        return False

    def fault_of_look(self, look: Look) -> str:
        """An order as it was shown in the end, held against all that the log says of it."""
        found = [event for _, event in self.accepted[look.account, look.client_id]]
        if [event.order_id for event in found] != [look.order_id]:
            return f"order {look.client_id} is {look.status} as {look.order_id} in the end, and another in the log"
        [order] = found
        traded = self._traded[order.order_id]
        ends = [event.status for _, event in self.closed.get(order.order_id, ())]
        status = WORDS[ends[0]] if ends else "PARTIALLY_FILLED" if traded else "NEW"
        executed = traded * self._lot_atoms
        told = (look.status, decimals.parse(look.executed, 8))
        return "" if told == (status, executed) else f"order {look.client_id} is {told}, in the log {status, executed}"
