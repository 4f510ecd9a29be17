"""Tells a story line by line: facts are asserted, sentences become commands, arrows must be what they came to."""

import re
from collections.abc import Iterator
from itertools import chain

from tests.story.folding import Folded
from tests.story.mentions import mentions
from tests.story.sentences import command_of
from tests.story.unsaid import Unsaid
from tests.story.words import NOBODY, account, microseconds
from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.codec import Result, decode_results, encode
from trueman.core.exchange import Exchange
from trueman.core.rulesets import NEWEST_RULESET

BALANCE = re.compile(r"((?:the )?\w+) (?:has|have) (-?\d+) (\w+)(?: and (\d+) held)?(?: and (\d+) reserved)?$")
ORDER = re.compile(r"#(\d+) has (\d+) unfilled(?: and (\d+) held)?$")
ORDERS = re.compile(r"open orders are((?: #\d+)*)$")
BOOK = re.compile(r"the (?:(\w+) )?book is (.*)\|(.*)$")
TIME = re.compile(r"the time is (\d+)$")
PASSES = re.compile(r"time passes (\d+ \w+)$")


class Teller:
    def __init__(self, ruleset: int = NEWEST_RULESET) -> None:
        self.exchange = Exchange(ruleset)
        self.unsaid = Unsaid()
        self.folded = Folded()
        self.pending: list[str] = []
        for code in self.unsaid.assets:
            self.do(ask.CreateAsset(0, 0, code))
        self.do(ask.CreateMarket(0, 0, 1, 1, 1, *self.unsaid.bounds, *self.unsaid.fees, "BTCUSDT"))

    @property
    def book(self) -> dict[tuple[int, int], int]:
        """Lots by side and price, in the first market."""
        return self.folded.book(0)

    @property
    def pots(self) -> dict[tuple[int, int, int], int]:
        return self.folded.pots

    def at(self, time_us: int) -> "Teller":
        self.unsaid.time_us = time_us
        return self

    def do(self, command: ask.Command) -> Result:
        """Apply one command and see that state and events agree."""
        exchange = self.exchange
        [result] = decode_results(exchange.apply(exchange.sequence + 1, 1, self.unsaid.time_us, encode(command)))
        assert result.decided.number == exchange.sequence
        exchange.check()
        self.unsaid.used(command, result.decided.reason)
        self.pending = mentions(command, result, self.folded.statuses, self.codes())
        for event in result.events:
            self.folded.fold(event)
        self.folded.check(exchange)
        return result

    def codes(self) -> dict[int, tuple[str, str]]:
        return {number: (symbol[:3], symbol[3:]) for number, symbol in enumerate(self.unsaid.markets)}

    def tell(self, *stories: str) -> None:
        """Play a story line by line, failing at the first line that is not true."""
        self.pending = []
        for line, parts in chain.from_iterable(map(statements, stories)):
            if line.startswith("→"):
                assert self.pending, f"nothing happened, but the story says: {line}"
                happened = self.pending.pop(0)
                assert happened == line.removeprefix("→").strip(), f"the story says {line}, but: {happened}"
            elif not self.is_fact(line):
                assert not self.pending, f"before {line!r} the story does not mention: {self.pending[0]}"
                self.act(line, parts)
        assert not self.pending, f"the story does not mention: {self.pending[0]}"

    def act(self, line: str, parts: list[str]) -> None:
        if found := PASSES.match(line):
            self.unsaid.time_us += microseconds(found[1])
            self.do(ask.CancelAllOrders(0, NOBODY, 0, 0))
            self.pending.pop(0)
        else:
            self.do(command_of(line, parts, self.unsaid))

    def is_fact(self, line: str) -> bool:
        """Assert a line that states how things are; False when it is about something that is done."""
        if found := BALANCE.match(line):
            self.assert_balance(*found.groups())
        elif found := BOOK.match(line):
            self.assert_book(*found.groups())
        elif found := ORDER.match(line):
            [order] = [order for order in self.exchange.open_orders() if order.order_id == int(found[1])]
            assert order.unfilled == int(found[2])
            assert found[3] is None or order.held == int(found[3])
        elif found := ORDERS.match(line):
            assert [f"#{order.order_id}" for order in self.exchange.open_orders()] == found[1].split()
        elif found := TIME.match(line):
            self.unsaid.time_us = int(found[1])
        else:
            return False
        return True

    def assert_balance(self, who: str, free: str, code: str, held: str | None, reserved: str | None) -> None:
        asset = self.unsaid.assets.index(code)
        pots = [self.pots[account(who), asset, pot] for pot in (u.AVAILABLE, u.HELD, u.RESERVED)]
        said = [pots[pot] if text is None else int(text) for pot, text in enumerate((free, held, reserved))]
        assert pots == said

    def assert_book(self, symbol: str | None, bids: str, asks: str) -> None:
        book = self.folded.book(self.unsaid.market(symbol))
        shown = [[f"{book[side, price]}@{price}" for of, price in sorted(book) if of == side] for side in (0, 1)]
        assert [shown[0][::-1], shown[1]] == [bids.split(), asks.split()]


def tell(*stories: str, ruleset: int = NEWEST_RULESET) -> Teller:
    """One story out of its parts, under the newest rules or others."""
    teller = Teller(ruleset)
    teller.tell(*stories)
    return teller


def statements(story: str) -> Iterator[tuple[str, list[str]]]:
    """The lines without their comments; below a line that ends with a colon, what is further to the right is its
    parts."""
    lines = [line for raw in story.splitlines() if (line := raw.split("--")[0].rstrip()).strip()]
    while lines:
        head, parts = lines.pop(0), list[str]()
        while head.endswith(":") and lines and indent(lines[0]) > indent(head) and "→" not in lines[0]:
            parts.append(lines.pop(0).strip())
        yield head.strip(), parts


def indent(line: str) -> int:
    return len(line) - len(line.lstrip())
