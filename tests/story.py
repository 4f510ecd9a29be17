"""A tiny language for stories about one BTCUSDT market, so a test reads like the rule it proves.

    alice deposits 300 USDT            bob sells 5 at 99 ioc              alice cancels #1
    alice buys 3 at 100 as first       alice sells for 50 at market       the market halts
    → traded 3 at 100                  → closed #2 expired, 2 unfilled    → refused FUNDS_INSUFFICIENT
    alice has 0 USDT and 300 held      the book is 2@100 1@99 | 3@101     the fees have 1 BTC

Amounts are atoms, prices ticks, quantities lots; one of each is one. A story fails when it leaves out a trade, a
closed order or a refusal. After every command the whole state is checked, and the events are folded again: the moves
must come to the balances, the changed levels to the book.
"""

import re
from collections import defaultdict
from collections.abc import Callable

from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import units as u
from trueman.core.codec import Result, decode_results, encode
from trueman.core.exchange import Exchange
from trueman.core.rejections import OK, REASON_NAMES

USERS = {"outside": u.OUTSIDE_ACCOUNT, "fees": u.FEE_ACCOUNT, "alice": 1_024, "bob": 1_025, "carol": 1_026}
ASSETS = {"BTC": 0, "USDT": 1}
STP = {"none": u.STP_NONE, "taker": u.STP_EXPIRE_TAKER, "maker": u.STP_EXPIRE_MAKER, "both": u.STP_EXPIRE_BOTH}
STATUS = {u.FILLED: "filled", u.CANCELED: "canceled", u.EXPIRED: "expired", u.EXPIRED_IN_MATCH: "expired in match"}
MARKET_STATUS = {"resumes": u.TRADING, "halts": u.HALTED, "only cancels": u.CANCEL_ONLY}

ORDER = re.compile(
    r"(?P<who>\w+) (?P<verb>buys|sells) (?P<quote>for )?(?P<amount>\d+) at (?P<price>\d+|market)"
    r"(?: (?P<flag>gtc|ioc|fok|maker))?(?: stp (?P<stp>\w+))?(?: as (?P<name>\S+))?(?: until (?P<until>\d+))?$"
)
MONEY = re.compile(r"(\w+) (deposits|withdraws) (-?\d+) (\w+)(?: as operation (\d+) of source (\d+))?$")
CANCEL = re.compile(r"(\w+) cancels (all|#\d+|@\S+)(?: until (\d+))?$")
FEES = re.compile(r"fees are (\d+) maker and (\d+) taker$")
BOUNDS = re.compile(r"prices are (\d+)\.\.(\d+), quantities (\d+)\.\.(\d+), notional from (\d+)$")
STATE = re.compile(r"the market (resumes|halts|only cancels)$")
BALANCE = re.compile(r"(?:the )?(\w+) (?:has|have) (-?\d+) (\w+)(?: and (\d+) held)?$")
BOOK = re.compile(r"the book is (.*)\|(.*)$")
TIME = re.compile(r"the time is (\d+)$")


class Teller:
    def __init__(self) -> None:
        self.exchange = Exchange()
        self.time_us = 1
        self.orders = 0
        self.bounds = (1, 1_000_000, 1, 1_000, 0)
        self.fees = (0, 0)
        self.operations: dict[int, int] = defaultdict(int)
        self.pots: dict[tuple[int, int, int], int] = defaultdict(int)
        self.book: dict[tuple[int, int], int] = {}
        self.pending: list[str] = []
        for code in ASSETS:
            self.do(ask.CreateAsset(0, 0, code))
        self.do(ask.CreateMarket(0, 0, 1, 1, 1, *self.bounds, *self.fees, "BTCUSDT"))

    def do(self, command: ask.Command) -> Result:
        """Apply one command and see that state and events agree."""
        exchange = self.exchange
        [result] = decode_results(exchange.apply(exchange.sequence + 1, 1, self.time_us, encode(command)))
        assert result.decided.number == exchange.sequence
        exchange.check()
        for event in result.events:
            self.fold(event)
        balances = {(account, asset): (free, held) for account, asset, free, held in exchange.balances()}
        for account, asset, _ in list(self.pots):
            folded = self.pots[account, asset, u.AVAILABLE], self.pots[account, asset, u.HELD]
            assert balances.get((account, asset), (0, 0)) == folded
        assert self.book == resting(exchange)
        return result

    def fold(self, event: fact.Event) -> None:
        if isinstance(event, fact.Moved):
            self.pots[event.source, event.asset, event.source_pot] -= event.amount
            self.pots[event.target, event.asset, event.target_pot] += event.amount
        elif isinstance(event, fact.LevelChanged):
            self.book[event.side, event.price] = event.quantity
            if event.quantity == 0:
                del self.book[event.side, event.price]

    def tell(self, story: str) -> None:
        """Play a story line by line, failing at the first line that is not true."""
        for line in filter(None, (raw.split("--")[0].strip() for raw in story.splitlines())):
            if line.startswith("→"):
                assert self.pending, f"nothing happened, but the story says: {line}"
                assert self.pending.pop(0) == line.removeprefix("→").strip()
            elif not self.is_true(line):
                assert not self.pending, f"before {line!r} the story does not mention: {self.pending[0]}"
                result = self.do(self.command(line))
                self.pending = mentions(result)
        assert not self.pending, f"the story does not mention: {self.pending[0]}"

    def is_true(self, line: str) -> bool:
        """Assert a line that states how things are; False when it is about something that is done."""
        if found := BALANCE.match(line):
            who, free, asset, held = found.groups()
            account, number = USERS[who], ASSETS[asset]
            assert int(free) == self.pots[account, number, u.AVAILABLE], line
            assert held is None or int(held) == self.pots[account, number, u.HELD], line
        elif found := BOOK.match(line):
            bids, asks = (levels.split() for levels in found.groups())
            book = self.book
            said = [[f"{book[side, price]}@{price}" for of, price in sorted(book) if of == side] for side in (0, 1)]
            assert [said[0][::-1], said[1]] == [bids, asks], line
        elif found := TIME.match(line):
            self.time_us = int(found[1])
        else:
            return False
        return True

    def command(self, line: str) -> ask.Command:
        readers: dict[re.Pattern[str], Callable[[re.Match[str]], ask.Command]] = {
            ORDER: self.order,
            MONEY: self.money,
            CANCEL: self.cancel,
            FEES: self.change_fees,
            BOUNDS: self.change_bounds,
            STATE: lambda found: ask.SetMarketStatus(0, 0, MARKET_STATUS[found[1]]),
        }
        for pattern, read in readers.items():
            if found := pattern.match(line):
                return read(found)
        raise AssertionError(f"not a sentence of the story language: {line}")

    def order(self, found: re.Match[str]) -> ask.PlaceOrder:
        self.orders += 1
        amount, flag = int(found["amount"]), found["flag"]
        at_market = found["price"] == "market"
        return ask.PlaceOrder(
            tag=0,
            account=USERS[found["who"]],
            market=0,
            side=u.BUY if found["verb"] == "buys" else u.SELL,
            type=u.MARKET if at_market else u.LIMIT_MAKER if flag == "maker" else u.LIMIT,
            time_in_force={"ioc": u.IOC, "fok": u.FOK}.get(flag, u.GTC),
            stp=STP[found["stp"] or "none"],
            price=0 if at_market else int(found["price"]),
            quantity=0 if found["quote"] else amount,
            quote_quantity=amount if found["quote"] else 0,
            deadline_us=int(found["until"] or 0),
            client_id=found["name"] or f"order-{self.orders}",
        )

    def money(self, found: re.Match[str]) -> ask.Deposit | ask.Withdraw:
        who, verb, amount, asset, operation, source = found.groups()
        account = USERS[who]
        if operation is None:
            self.operations[account] += 1
            operation, source = self.operations[account], account
        record = ask.Deposit if verb == "deposits" else ask.Withdraw
        return record(0, account, int(source), int(operation), ASSETS[asset], int(amount))

    def cancel(self, found: re.Match[str]) -> ask.CancelOrder | ask.CancelAllOrders:
        who, what, until = found.groups()
        if what == "all":
            return ask.CancelAllOrders(0, USERS[who], 0, int(until or 0))
        order_id = int(what[1:]) if what[0] == "#" else 0
        return ask.CancelOrder(0, USERS[who], 0, order_id, int(until or 0), what[1:] if what[0] == "@" else "")

    def change_fees(self, found: re.Match[str]) -> ask.ChangeMarket:
        self.fees = (int(found[1]), int(found[2]))
        return ask.ChangeMarket(0, 0, *self.bounds, *self.fees)

    def change_bounds(self, found: re.Match[str]) -> ask.ChangeMarket:
        lowest, highest, least, most, notional = (int(text) for text in found.groups())
        self.bounds = (lowest, highest, least, most, notional)
        return ask.ChangeMarket(0, 0, *self.bounds, *self.fees)


def tell(*stories: str) -> Teller:
    teller = Teller()
    for story in stories:
        teller.tell(story)
    return teller


def mentions(result: Result) -> list[str]:
    """What a story must not leave out; everything else follows from it."""
    decided = result.decided
    said = [f"refused {REASON_NAMES[decided.reason]}"] if decided.reason != OK else []
    if decided.repeat_of:
        said.append(f"as for command {decided.repeat_of}")
    for event in result.events:
        if isinstance(event, fact.Traded):
            fees = f", fees {event.maker_fee} maker and {event.taker_fee} taker"
            said.append(
                f"traded {event.quantity} at {event.price}" + (fees if event.maker_fee or event.taker_fee else "")
            )
        elif isinstance(event, fact.OrderClosed):
            rest = f", {event.unfilled} unfilled" if event.unfilled else ""
            said.append(f"closed #{event.order_id} {STATUS[event.status]}{rest}")
    return said


def resting(exchange: Exchange) -> dict[tuple[int, int], int]:
    """The book of the story's market, summed from its orders."""
    book: dict[tuple[int, int], int] = defaultdict(int)
    for order in exchange.open_orders():
        if order.market == 0:
            book[order.side, order.price] += order.unfilled
    return dict(book)
