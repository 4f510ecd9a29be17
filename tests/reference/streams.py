"""Seeded random commands in a small world, where collisions of price, id and owner are common.

Most commands are sensible, because the stream looks at the state of the naive twin before it asks; some are wrong on
purpose in one field, so that every refusal is met, and some bytes cannot be read at all.
"""

from random import Random
from typing import NamedTuple

from tests.reference.naive_exchange import NaiveExchange
from tests.reference.naive_state import NEWEST, NaiveOrder
from tests.reference.stream_orders import RandomOrders
from tests.reference.stream_world import ACCOUNTS, ASSETS, MARKETS, guard, user
from trueman.core import codec
from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.records import PARTS, TEXT_BYTES

START_US = 1_700_000_000_000_000
STEPS_US = (0, 1, 1, 100, 100, 5_000, 5_000, 20_000, 20_000, 20_000, 60_000, 60_000, 300_000, 300_000, 1_500_000)
OPEN_MOST = 80
"""Open orders, beyond which the stream cancels more."""
BAD_NUMBERS = (-1, 0, 1, 2, 7, 200, 2**31, 2**53 + 1, 2**62 - 1, 2**62, 2**63 - 1, -(2**63))
BAD_TEXTS = ("", "a b", "x" * 37, "{}", "a")
MONEY = (ask.Deposit, ask.Deposit, ask.Withdraw, ask.ReserveWithdrawal, ask.SettleWithdrawal, ask.ReleaseWithdrawal)


class Frame(NamedTuple):
    time_us: int
    size: int
    """The number of its commands."""
    data: bytes


def frame_of(time_us: int, commands: list[ask.Command]) -> Frame:
    return Frame(time_us, len(commands), b"".join(codec.encode(command) for command in commands))


class Stream:
    """An endless, reproducible stream of frames, to follow `world`. `twin` must have decided what went before."""

    def __init__(self, seed: int, twin: NaiveExchange) -> None:
        self.random = Random(seed)
        self.twin = twin
        self.tag = 0
        self.time_us = START_US
        self.orders = RandomOrders(self.random, twin)
        self.operations: dict[int, ask.Command] = {}
        """The last money operation of every source."""

    def frame(self, most: int) -> Frame:
        """Up to so many commands."""
        size = min(most, self.random.choice((1, 1, 1, 2, 5, 20)))
        self.time_us += self.random.choice(STEPS_US)
        self.orders.time_us = self.time_us
        commands = [self.next() for _ in range(size)]
        frame = frame_of(self.time_us, commands)
        return self._torn(frame) if self.random.random() < 0.005 else frame

    def _torn(self, frame: Frame) -> Frame:
        """A frame that is cut, has a wrong byte, or promises more than it has."""
        pick, at = self.random.random(), self.random.randrange(len(frame.data))
        if pick < 0.4:
            return frame._replace(data=frame.data[:at])
        if pick < 0.7:
            return frame._replace(data=frame.data[:at] + self.random.randbytes(1) + frame.data[at + 1 :])
        return frame._replace(size=frame.size + 1, data=frame.data + self.random.randbytes(self.random.randrange(99)))

    def next(self) -> ask.Command:
        self.tag += 1
        command = self._any()
        return self._spoilt(command) if self.random.random() < 0.04 else command

    def _any(self) -> ask.Command:
        pick = self.random.random()
        if len(self.twin.open) > OPEN_MOST and pick < 0.3:
            return self._cancel(self._target())
        if pick < 0.60:
            return self.orders.order(self.tag, self._account(), self._market())
        if pick < 0.68:
            return self.orders.order_list(self.tag, self._account(), self._market())
        if pick < 0.74:
            return self._cancel(self._target())
        if pick < 0.79:
            return self._amend(self._target())
        if pick < 0.81:
            return self._cancel_many()
        if pick < 0.88:
            return self._batch()
        return self._money() if pick < 0.94 else self._govern()

    def _account(self) -> int:
        return user(self.random.choice((0, 0, 0, *range(ACCOUNTS))))

    def _market(self) -> int:
        return self.random.choice((0, 0, *range(MARKETS)))

    def _target(self) -> tuple[int, int, int, str]:
        """Account, market, order id and client id of an open order, or sometimes of none."""
        order: NaiveOrder | None = self.random.choice(self.twin.open) if self.twin.open else None
        if order is None or self.random.random() < 0.1:
            return self._account(), self._market(), self.random.randint(1, self.twin.orders + 1), ""
        by = self.random.random()
        names = (order.order_id if by < 0.8 else 0, order.client_id if by > 0.7 else "")
        return order.account, order.market, *names

    def _cancel(self, target: tuple[int, int, int, str]) -> ask.CancelOrder:
        account, market, order_id, client_id = target
        restriction = self.random.choice((0, 0, 0, 0, 1, 2))
        return ask.CancelOrder(self.tag, account, market, restriction, order_id, self._deadline(), client_id)

    def _amend(self, target: tuple[int, int, int, str]) -> ask.AmendOrder:
        account, market, order_id, client_id = target
        quantity = self.random.randint(1, 6)
        for order in self.twin.open:
            if order.order_id == order_id:
                quantity = max(1, order.quantity - self.random.choice((0, 1, 1, 2, 3)))
        return ask.AmendOrder(self.tag, account, market, order_id, quantity, self._deadline(), client_id)

    def _deadline(self) -> int:
        return self.random.choice((*[0] * 9, self.time_us - 1, self.time_us, self.time_us + 9))

    def _cancel_many(self) -> ask.Command:
        pick, account, market = self.random.random(), self._account(), self._market()
        if pick < 0.3:
            return self._cancel_list(account, market)
        if pick < 0.55:
            timeout = self.random.choice((0, 1_000_000, 2_500_000, 20_000_000, 999_999))
            return ask.CancelAllAfter(self.tag, account, timeout, self._deadline())
        return ask.CancelAllOrders(
            self.tag, account, self.random.choice((market, market, u.ALL_MARKETS)), self._deadline()
        )

    def _cancel_list(self, account: int, market: int) -> ask.Command:
        """By its number, or by its name."""
        lists = [order.in_list for order in self.twin.open if order.in_list]
        by_name = self.random.random() < 0.5 and self.twin.ruleset >= 3
        if not lists:
            return ask.CancelOrderList(self.tag, account, market, self.random.randint(0, 99), 0)
        chosen = self.random.choice(lists)
        if by_name:
            name = self.random.choice((*[chosen.client_id] * 4, "nobody's")) or "unnamed"
            return ask.CancelNamedList(self.tag, chosen.account, chosen.market, self._deadline(), name)
        return ask.CancelOrderList(self.tag, chosen.account, chosen.market, chosen.list_id, 0)

    def _batch(self) -> ask.Command:
        account = self._account()
        if self.random.random() < 0.5:
            mine = [order for order in self.twin.open if order.account == account]
            cancel = self._cancel(self._target())
            if mine:
                old = self.random.choice(mine)
                cancel = cancel._replace(market=old.market, order_id=old.order_id, client_id="")
            order = self.orders.order(0, account, self._market())
            if self.random.random() < 0.1:
                order = order._replace(quantity=self.random.choice((0, 41, 99)))
            parts = (cancel._replace(account=account), order)
            mode = self.random.choice((u.STOP_ON_FAILURE, u.ALLOW_FAILURE))
            return ask.CancelReplace(self.tag, account, mode, self._deadline(), self._as_own(account, *parts))
        several: list[ask.PlaceOrder | ask.PlaceOrderWithTerms | ask.CancelOrder] = []
        for _ in range(self.random.choice((1, 2, 3, 5))):
            cancels = self.random.random() < 0.3
            several.append(self._cancel(self._target()) if cancels else self.orders.order(0, account, self._market()))
        return ask.PlaceBatch(self.tag, account, self._deadline(), self._as_own(account, *several))

    def _as_own(
        self, account: int, *parts: ask.PlaceOrder | ask.PlaceOrderWithTerms | ask.CancelOrder
    ) -> tuple[ask.PlaceOrder | ask.PlaceOrderWithTerms | ask.CancelOrder, ...]:
        """Orders that are sent again may be another's, and a cancel may be of another's order."""
        return parts if self.random.random() < 0.02 else tuple(part._replace(account=account) for part in parts)

    def _money(self) -> ask.Command:
        random = self.random
        account, asset = user(random.randrange(ACCOUNTS)), random.randrange(len(ASSETS))
        source = random.choice((account, account, 7))
        if source in self.operations and random.random() < 0.1:
            again = self.operations[source]._replace(tag=self.tag)
            return again if random.random() < 0.7 else again._replace(amount=random.randint(1, 9))  # type: ignore[call-arg]
        last = self.twin.sources[source][0] if source in self.twin.sources else 0
        operation = last + random.choice((*[1] * 49, 2))
        amount = random.choice((*[random.randint(1, 2_000), 300_000, 40_000_000] * 9, u.SUPPLY_ATOMS_MAX))
        made: ask.Command
        if random.random() < 0.25:
            payer = random.choice((account, u.FEE_ACCOUNT, u.TREASURY_ACCOUNT))
            payee = random.choice((self._account(), u.TREASURY_ACCOUNT))
            made = ask.Transfer(self.tag, payer, source, operation, asset, min(amount, 500), payee)
        else:
            record = random.choice(MONEY)
            account = random.choice((account, account, account, u.TREASURY_ACCOUNT))
            made = record(self.tag, account, source, operation, asset, amount)
        self.operations[source] = made
        return made

    def _govern(self) -> ask.Command:
        random, tag, market = self.random, self.tag, self._market()
        pick = random.random()
        if pick < 0.45:
            halted = [number for number, it in enumerate(self.twin.markets[:MARKETS]) if it.defined.status != u.TRADING]
            if halted and random.random() < 0.9:
                return ask.SetMarketStatus(tag, random.choice(halted), u.TRADING)
            return ask.SetMarketStatus(tag, market, random.choice((u.AUCTION, u.AUCTION, u.AUCTION, *range(6))))
        if pick < 0.60:
            return guard(random, tag, market, self.twin.markets[market].defined.tick_atoms)
        if pick < 0.75:
            maker, taker = random.choice(((0, 0), (1_000, 1_000), (10, 99_999), (-999, 2_000), (-50_000, 50_000)))
            least = random.choice((0, 0, 30))
            return ask.ChangeMarket(
                tag, market, 1, random.randint(40, 60), 1, random.randint(11, 40), least, maker, taker
            )
        if pick < 0.80:
            shares = (random.choice((0, 500_000, u.PPM_ONE)), random.choice((0, 333_333, u.PPM_ONE)))
            return ask.SetFeeTier(tag, random.randrange(3), *shares)
        if pick < 0.88:
            restricted = [terms.account for terms in self.twin.terms.values() if terms.permissions != u.MAY_ALL]
            account = random.choice(restricted or [user(random.randrange(ACCOUNTS))])
            permissions = u.MAY_ALL if restricted else random.choice((3, 3, 3, 3, 2, 1))
            return ask.SetAccountTerms(tag, account, random.randrange(3), random.choice((0, 5, 5)), permissions)
        if pick < 0.97:
            return ask.SetFeeAsset(tag, user(random.randrange(ACCOUNTS)), random.choice((0, 1)))
        if pick < 0.98:
            return ask.SwitchRuleset(tag, random.choice((*[self.twin.ruleset] * 8, NEWEST, 0, 1_001)))
        return self._list_something()

    def _list_something(self) -> ask.Command:
        """Mostly what is there already, or cannot be."""
        random, tag = self.random, self.tag
        if random.random() < 0.3:
            return ask.CreateAsset(tag, random.choice((0, 8, 12, 13)), random.choice(("BTC", "NEW", "X9")))
        base, quote = random.choice(((0, 2), (0, 2), (1, 0), (2, 2)))
        lot, symbol = random.choice((1, 3, 100)), random.choice(("BTCUSDT", "A-1", "X.Y", "Z_Z", "Q"))
        maker = random.choice((0, 10, -100, -101))
        return ask.CreateMarket(tag, base, quote, random.choice((1, 100)), lot, 1, 60, 1, 40, 0, maker, 100, symbol)

    def _spoilt(self, command: ask.Command) -> ask.Command:
        """The same command with one field, or one of a part of it, replaced by something that is probably wrong."""
        if PARTS in command._fields and self.random.random() < 0.6:
            parts: list[ask.Command] = list(getattr(command, PARTS))
            if parts and self.random.random() < 0.3:
                del parts[self.random.randrange(len(parts))]
            elif parts:
                at = self.random.randrange(len(parts))
                parts[at] = self._spoilt(parts[at])
            return command._replace(parts=tuple(parts))  # type: ignore[call-arg, arg-type]
        if isinstance(command, ask.SwitchRuleset):
            return command  # a ruleset that nobody knows is no refusal
        name = self.random.choice([name for name in command._fields[1:] if name != PARTS])
        if name in TEXT_BYTES:
            value: str | int = self.random.choice([text for text in BAD_TEXTS if len(text) <= TEXT_BYTES[name]])
        else:
            value = self.random.choice([number for number in BAD_NUMBERS if codec.fits(name, number)])
        return command._replace(**{name: value})  # type: ignore[arg-type]
