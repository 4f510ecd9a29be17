"""What was found to be wrong, said for people: the command, the market, the orders, the rule, what should have been."""

from typing import Final, NamedTuple

FAULTS_MAX: Final = 1_000
"""One wrong outcome may have many after it; the first ones tell."""


class Rule(NamedTuple):
    section: str
    """In docs/reference/rules.md."""
    words: str


NUMBERS: Final = Rule("1.4", "numbers are counted from 1, without a gap")
MONEY: Final = Rule("3.4", "money moves by double entry, and only as the command or the fill says")
MAKERS_ONLY: Final = Rule("4.23", "a LIMIT_MAKER never takes")
ASKED: Final = Rule("7.1", "the order accepted is the order that was asked for")
HOLDS: Final = Rule("6", "open orders hold exactly what they need")
FEES: Final = Rule("6", "fees are those of the sealed rates, rounded up on an order's cumulative amount")
FILLS: Final = Rule("6", "a fill moves base, quote and fees, in this order")
UNCROSSED: Final = Rule("7.2", "while a market trades, nobody who could trade is left standing")
PRIORITY: Final = Rule("7.2", "best price first, then the order that has been at its price longest")
PRICE: Final = Rule("7.2", "at the maker's price, and never beyond the taker's")
QUANTITY: Final = Rule("7.2", "as much as both have left, of an iceberg what it shows")
LEVELS: Final = Rule("7.2", "a level that was touched is told, with the lots that it shows")
SELF_TRADES: Final = Rule("7.4", "orders of one owner do not trade but as the taker's mode says")
ALL_OR_NOTHING: Final = Rule("7.5", "fill or kill fills wholly, or touches nothing")
BAND: Final = Rule("7.6", "no trade outside the price band")
END: Final = Rule("7.7", "what is left of a taker rests, if it may, or expires")
TRIGGERS: Final = Rule("7.10", "stops fire when their price was traded, in the order of their stops and their turn")
CASCADE: Final = Rule("7.11", "what fired goes on in its order, as far as one command may")
LISTS: Final = Rule("8.3", "pending orders begin when the working order of their list is filled")
DEADLINES: Final = Rule("1.5", "a command whose deadline has passed is refused")
UNCROSSING: Final = Rule("9", "an auction's price trades most, then leaves least, then is nearest the reference price")
AUCTION: Final = Rule("9", "in an auction best bid and best ask meet, the oldest of each, as long as both reach it")
EXPIRY: Final = Rule("10", "what has fallen due happens before anything else")
CLOSING: Final = Rule("11.1", "an order closes once, with what is left of it, and for a reason")
AMENDING: Final = Rule("11.3", "an amend makes an order smaller, in its place")


class Fault(NamedTuple):
    number: int
    """Of the command."""
    market: int
    """-1: it is about no market."""
    orders: tuple[int, ...]
    rule: Rule
    said: str

    def line(self) -> str:
        market = f", market {self.market}" if self.market >= 0 else ""
        orders = f", order{'s' if len(self.orders) > 1 else ''} {', '.join(map(str, self.orders))}" * bool(self.orders)
        where = f"rules.md, {self.rule.section}"
        return f"Command {self.number:,}{market}{orders}: {self.said} ({where}: {self.rule.words}.)"


class Findings:
    def __init__(self) -> None:
        self.number = 0
        """Of the command that is being looked at."""
        self.time_us = 0
        self.ruleset = 0
        self.is_skipped = False
        """An operator had the command skipped: nothing falls due before it."""
        self.faults: list[Fault] = []

    def say(self, rule: Rule, said: str, *orders: int, market: int = -1) -> None:
        if len(self.faults) < FAULTS_MAX:
            self.faults.append(Fault(self.number, market, orders, rule, said))
